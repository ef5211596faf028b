import { mongoFailure } from "./mongodb-failure.ts";
import { closeCollection, type MongoDbOptions, openCollection } from "./open-collection.ts";

/**
 * Connects, proves who it is, and asks for the collection, without writing to it. Rejects with `MltError`.
 *
 * @returns names of the servers, for people
 */
export async function reachMongoDb(options: MongoDbOptions): Promise<string> {
  const opened = await openCollection(options);
  try {
    // Reading asks for a right, as a ping does not.
    await opened.collection.findOne({}, { projection: { _id: 1 } });
    return opened.servers;
  } catch (cause) {
    throw mongoFailure("reach", opened.servers, cause);
  } finally {
    await closeCollection(opened);
  }
}
