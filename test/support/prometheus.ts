import { once } from "node:events";
import { join } from "node:path";
import { freePort } from "../../ops/build/free-port.ts";
import { launch } from "./mlt.ts";
import { tempDir } from "./temp-dir.ts";

/** One series of an answer, with its value now. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A running Prometheus that reads one service's `/metrics` every 100 ms; it is stopped when the block ends. */
export async function startPrometheus(target: string) {
  const dir = tempDir();
  const port = await freePort();
  await dir.write({
    "prometheus.yml": `global: { scrape_interval: 100ms, scrape_timeout: 100ms }
scrape_configs:
  - job_name: mlt
    static_configs: [{ targets: ["${target}"] }]
`,
  });
  const started = launch(
    [
      "prometheus",
      `--config.file=${join(dir.path, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(dir.path, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { cwd: dir.path },
  );
  await started.saw(/Server is ready to receive web requests/);
  /** What a query gives now. */
  const query = async (text: string): Promise<readonly Sample[]> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(text)}`);
    const { status, data, error } = JSON.parse(await response.text());
    if (status !== "success") throw new Error(`Prometheus refuses ${text}: ${error}`);
    return data.result.map(({ metric, value }: { metric: Sample["labels"]; value: [number, string] }) => ({
      labels: metric,
      value: Number(value[1]),
    }));
  };
  return {
    query,
    /** What it gives once it gives what is wanted. */
    until: async (text: string, isWanted: (samples: readonly Sample[]) => boolean) => {
      for (;;) {
        const samples = await query(text);
        if (isWanted(samples)) return samples;
      }
    },
    async [Symbol.asyncDispose]() {
      started.child.kill("SIGTERM");
      await started.finished;
      dir[Symbol.dispose]();
    },
  };
}

/** What `promtool check metrics` finds wrong with a text, line by line; nothing where it is clean. */
export async function promtoolFindings(text: string): Promise<string> {
  const { child, finished } = launch(["promtool", "check", "metrics"], { cwd: "/" });
  child.stdin?.end(text);
  if (child.stdin !== null) await once(child.stdin, "finish");
  const { stdout, stderr } = await finished;
  return `${stdout}${stderr}`;
}
