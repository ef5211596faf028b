import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Collection, MongoClient } from "mongodb";
import { freePort } from "../../ops/build/free-port.ts";
import { type ServerProcess, serverProcess } from "./server-process.ts";

/** A document as a test looks at it. */
export type StoredDocument = Readonly<Record<string, unknown>> & { readonly _id: string };

/** A real server of MongoDB's protocol: FerretDB, which `test/support/tools.sh` builds. */
export interface MongoServer extends ServerProcess {
  readonly port: number;
  readonly uri: string;
  /** Looks behind the adapter. */
  look<Result>(use: (collection: Collection<StoredDocument>) => Promise<Result>): Promise<Result>;
  /** All documents of `mlt.predictions`, in the order in which they came. */
  documents(): Promise<readonly StoredDocument[]>;
}

/** What a test that uses `mongoServer` needs. */
export const mongoTools = ["mlt-test-ferretdb"];

/** A server that does not run yet, and keeps what it has in the folder. */
export async function mongoServer(dir: string): Promise<MongoServer> {
  const port = await freePort();
  const state = join(dir, "mongodb");
  mkdirSync(state, { recursive: true });
  const uri = `mongodb://127.0.0.1:${port}/`;
  const look: MongoServer["look"] = async (use) => {
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: 10_000 });
    try {
      return await use(client.db("mlt").collection<StoredDocument>("predictions"));
    } finally {
      await client.close();
    }
  };
  return {
    ...serverProcess({
      command: ["mlt-test-ferretdb", "--port", `${port}`, "--state", state],
      port,
      output: join(dir, "mongodb.log"),
    }),
    port,
    uri,
    look,
    documents: () => look((collection) => collection.find().toArray()),
  };
}
