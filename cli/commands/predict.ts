import { existsSync, realpathSync } from "node:fs";
import { defineCommand } from "citty";
import { ExitCode, MltError } from "../../core/errors.ts";
import { print, printJson, say } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

/** The predictions behind the rows are a file of their own: the data stay as they are. */
function refuseSameFile(data: string, output: string): void {
  if (!existsSync(data) || !existsSync(output) || realpathSync(data) !== realpathSync(output)) return;
  throw new MltError(`"${output}" is the data file itself`, {
    hint: "Give --output another name.",
    exitCode: ExitCode.usage,
  });
}

export default defineCommand({
  meta: { name: "predict", description: "Predict every row of a CSV, Parquet or NDJSON file" },
  args: {
    data: { type: "positional", required: true, description: "Data file: .csv, .parquet or .ndjson" },
    output: {
      type: "string",
      alias: "o",
      valueHint: "file",
      description: "Write there, in the format of its ending (default: CSV to stdout)",
    },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { encodeCsv, formatOf, writeDataFile } = await import("../../adapters/polars/data-files.ts");
    const { openProject } = await import("../project/open-project.ts");
    formatOf(args.data);
    if (args.output !== undefined) formatOf(args.output);
    if (args.output !== undefined) refuseSameFile(args.data, args.output);
    const project = await openProject(args.dir);
    const { loadModel } = await import("../project/load-model.ts");
    const { predictFile } = await import("../project/predict-file.ts");
    const predictor = await loadModel(project.modelDir);
    const predicted = await predictFile(predictor, args.data);
    await predictor.close();
    if (args.json && args.output === undefined) return printJson(predicted.toRecords());
    if (args.output === undefined) return print(encodeCsv(predicted).toString().trimEnd());
    await writeDataFile(predicted, args.output);
    if (args.json) return printJson({ output: args.output, rows: predicted.height });
    say(`Wrote ${predicted.height} rows to ${args.output}`);
  },
});
