import { mongodbSink } from "../../../adapters/mongodb/mongodb-sink.ts";
import { fromDocument } from "../../../adapters/mongodb/record-document.ts";
import { checkPredictionSink, record } from "../../contract/prediction-sink.ts";
import { mongoServer, mongoTools } from "../../support/mongo-server.ts";

const target = { database: "mlt", collection: "predictions", ttlDays: undefined, idName: "ID" };

checkPredictionSink("mongodbSink()", {
  tools: mongoTools,
  async server(dir) {
    const server = await mongoServer(dir);
    return {
      ...server,
      open: () =>
        mongodbSink({
          ...target,
          uri: server.uri,
          connectTimeoutMs: 1_000,
          timeoutMs: 2_000,
          onWarning: (text) => {
            throw new Error(text);
          },
        }),
      read: async () => (await server.documents()).map((document) => fromDocument(document)?.fields ?? {}),
    };
  },
  patienceMs: 8_000,
  keepsOnce: true,
  refused: {
    record: record("large", 0, { features: { text: "x".repeat(17_000_000) } }),
    reason: /16 MiB/,
  },
});
