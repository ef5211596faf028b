import { defineCommand } from "citty";
import { print, say } from "../output.ts";
import { projectFlags } from "../project-flags.ts";

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
  },
  async run({ args }) {
    const { encodeCsv, formatOf, writeDataFile } = await import("../../adapters/polars/data-files.ts");
    const { openProject } = await import("../project/open-project.ts");
    formatOf(args.data);
    if (args.output !== undefined) formatOf(args.output);
    const project = await openProject(args.dir);
    const { loadModel } = await import("../project/load-model.ts");
    const { predictFile } = await import("../project/predict-file.ts");
    const predictor = await loadModel(project.modelDir);
    const predicted = await predictFile(predictor, args.data);
    await predictor.close();
    if (args.output === undefined) return print(encodeCsv(predicted).toString().trimEnd());
    await writeDataFile(predicted, args.output);
    say(`Wrote ${predicted.height} rows to ${args.output}`);
  },
});
