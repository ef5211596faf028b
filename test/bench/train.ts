import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { installPeers, ours, peer } from "./training/contenders.ts";
import { dataSetsSection } from "./training/data-sets-section.ts";
import { fitSection } from "./training/fit-section.ts";
import { type TrainBenchOptions, trainBenchOptions } from "./training/options.ts";

/**
 * How long the estimators take to fit, how much memory they need and how good they are, beside scikit-learn and XGBoost on the
 * same cores, in turns. Linux only.
 *
 * Run: npm run bench:train -- [--boosting] [--forest] [--logistic] [--datasets] [--growth] [--quick] [--rows 100000,1000000]
 * [--threads 1,2] [--rounds 3] [--json file]
 */

const dir = mkdtempSync(join(tmpdir(), "mlt-bench-"));
process.once("SIGINT", () => {
  rmSync(dir, { recursive: true, force: true });
  process.exit(130);
});
try {
  main(trainBenchOptions(process.argv.slice(2)));
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}

function main(options: TrainBenchOptions): void {
  const { sections, json } = options;
  const python = installPeers();
  const cores = `${availableParallelism()} cores of ${cpus()[0]?.model ?? "an unknown processor"}`;
  console.log(`${python === undefined ? "mlt alone: its peers could not be installed, " : ""}${cores}\n`);
  const peers = (...names: readonly string[]) =>
    python === undefined ? [] : names.map((name) => peer(python, name));
  const shared = { ...options, dir };
  const boosting = [ours("boosting"), ...peers("XGBoost", "scikit-learn boosting")];
  const results = {
    boosting: sections.has("boosting")
      ? fitSection({ ...shared, title: "Gradient boosting, 100 trees of depth 6", contenders: boosting })
      : [],
    forest: sections.has("forest")
      ? fitSection({
          ...shared,
          title: "Random forest, 100 trees",
          contenders: [ours("forest"), ...peers("scikit-learn forest")],
        })
      : [],
    logistic: sections.has("logistic")
      ? fitSection({
          ...shared,
          title: "Logistic regression",
          contenders: [ours("logistic"), ...peers("scikit-learn logistic")],
        })
      : [],
    growth: sections.has("growth")
      ? fitSection({
          ...shared,
          title: "Gradient boosting as rows grow",
          rows: [1e4, 1e5, 1e6, 1e7],
          threads: options.threads.slice(-1),
          contenders: [ours("boosting"), ...peers("XGBoost")],
        })
      : [],
    datasets: sections.has("datasets") && python !== undefined ? dataSetsSection(python, dir) : [],
  };
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
}
