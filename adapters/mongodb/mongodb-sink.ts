import type { PredictionSink } from "../../core/ports.ts";
import { afterTime } from "./after-time.ts";
import { insertRecords } from "./insert-records.ts";
import { makeLogIndexes } from "./log-indexes.ts";
import { mongoFailure, reasonOf, saidNo } from "./mongodb-failure.ts";
import {
  closeCollection,
  type MongoDbOptions,
  type OpenCollection,
  openCollection,
  timeoutsOf,
} from "./open-collection.ts";

export interface MongoDbSinkOptions extends MongoDbOptions {
  /** Days after which MongoDB removes a record; `undefined` where it keeps them. */
  readonly ttlDays: number | undefined;
  /** The name of the id in features.yaml, if records have one. */
  readonly idName: string | undefined;
  /** Called with what keeps an index from being made; records are written all the same. */
  readonly onWarning: (text: string) => void;
}

/** Longest that a write waits for indexes: on a large collection they go on being built behind it. */
const indexPatienceMs = 5_000;

/** Writes records to MongoDB, one document each, named by the record's key. */
export function mongodbSink(options: MongoDbSinkOptions): PredictionSink {
  let opening: Promise<OpenCollection> | undefined;
  const makeIndexes = indexMaker(options);
  const { connectTimeoutMs, timeoutMs } = timeoutsOf(options);
  const longestMs = connectTimeoutMs + timeoutMs;
  const failed = (servers: string, cause: unknown) => mongoFailure("write predictions to", servers, cause);
  const open = async () => {
    const opened = await openCollection(options);
    try {
      await afterTime(makeIndexes(opened), indexPatienceMs, () => undefined);
    } catch (cause) {
      await closeCollection(opened);
      throw failed(opened.servers, cause);
    }
    return opened;
  };
  const close = async () => {
    const closing = opening;
    opening = undefined;
    // Where it could not be opened, `write` tells so.
    const opened = await closing?.catch(() => undefined);
    if (opened !== undefined) await closeCollection(opened);
  };
  return {
    async write(records) {
      if (records.length === 0) return [];
      opening ??= open();
      const opened = await opening.catch((cause: unknown) => {
        opening = undefined;
        throw cause;
      });
      try {
        // The driver waits for ever on a connection that breaks at the wrong moment.
        return await afterTime(insertRecords(opened.collection, records), longestMs, () => {
          throw new Error(`No answer within ${longestMs} ms`);
        });
      } catch (cause) {
        // The driver's client does not recover from all that can happen, and the next server may lack the indexes.
        await close();
        throw failed(opened.servers, cause);
      }
    },
    close,
  };
}

/** Makes the indexes of a collection; says once what a server has against them. */
function indexMaker(options: MongoDbSinkOptions): (opened: OpenCollection) => Promise<void> {
  let warned = "";
  return async (opened) => {
    try {
      await makeLogIndexes(opened, options);
    } catch (cause) {
      if (!saidNo(cause)) throw cause;
      const text = `Cannot make the indexes of predictions in MongoDB: ${reasonOf(cause)}`;
      if (text !== warned) options.onWarning(text);
      warned = text;
    }
  };
}
