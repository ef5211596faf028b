import { fluentdSink } from "../../adapters/fluentd/fluentd-sink.ts";
import { MltError } from "../../core/errors.ts";

// Run by a test on a runtime that is not its own: the options and the records come as one argument.
const [options, records] = JSON.parse(process.argv[2] ?? "[]");
const sink = fluentdSink(options);
try {
  await sink.write(records);
  console.log("delivered");
} catch (cause) {
  if (!(cause instanceof MltError)) throw cause;
  console.log(cause.message);
} finally {
  await sink.close();
}
