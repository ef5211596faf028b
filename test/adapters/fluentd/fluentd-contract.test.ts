import { fluentdSink } from "../../../adapters/fluentd/fluentd-sink.ts";
import type { LogRecord } from "../../../core/prediction-log/log-record.ts";
import { checkPredictionSink, record } from "../../contract/prediction-sink.ts";
import { fluentForwardServer, fluentForwardTool } from "../../support/fluentforward-server.ts";

checkPredictionSink("fluentdSink", {
  tools: [fluentForwardTool],
  patienceMs: 2_500,
  keepsOnce: false,
  refused: {
    // One byte for each character, and the fields around it: above 4 194 304.
    record: record("long", 0, { model_name: "iris", features: { note: "x".repeat(4_194_304) } }),
    reason: /^It takes 4194\d{3} bytes, and 4194304 are the most$/,
  },
  server: async (dir) => {
    const server = await fluentForwardServer(dir);
    return {
      ...server,
      open: () =>
        fluentdSink({
          servers: [{ host: "127.0.0.1", port: server.port }],
          ackTimeoutMs: 1_000,
          connectTimeoutMs: 1_000,
        }),
      // The receiver parsed them from JSON that it wrote from what was sent.
      read: async () => (await server.events()).map((event) => event.record as LogRecord["fields"]),
    };
  },
});
