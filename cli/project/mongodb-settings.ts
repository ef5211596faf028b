import type { MongoDbOptions } from "../../adapters/mongodb/open-collection.ts";
import type { Config } from "../../core/config/schema.ts";

/** Where the configuration keeps predictions in MongoDB; `undefined` where it does not. */
export function mongodbOptions({ mongodb }: Config["logging"]): MongoDbOptions | undefined {
  const { uri, database, collection } = mongodb;
  return uri === undefined ? undefined : { uri, database, collection };
}
