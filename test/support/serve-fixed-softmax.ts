import { docsAssets } from "../../adapters/docs-assets.ts";
import { listen } from "../../adapters/http-server.ts";
import { createService } from "../../core/service/app.ts";
import { fixedSoftmaxPredictor } from "./fixed-softmax-predictor.ts";
import { testLimits } from "./test-service.ts";

// Run as a process of its own, on Bun or Deno: prints its address, serves until stdin closes.
const service = createService({
  predictor: fixedSoftmaxPredictor(),
  limits: { ...testLimits, maxRows: 100, maxBodyBytes: 10_000 },
  mltVersion: "0.1.0",
  now: () => performance.now(),
  newId: () => crypto.randomUUID(),
  schedule: setImmediate,
  docsAssets,
});
const server = await listen(service.fetch, { host: "127.0.0.1", port: 0 });
console.log(server.url);
process.stdin.resume();
process.stdin.on("end", () => {
  void service
    .drain()
    .then(() => server.stop(5000))
    .then(() => console.log("stopped"));
});
