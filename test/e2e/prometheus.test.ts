import { afterAll, expect } from "bun:test";
import { everyTypeProject } from "../support/every-type-project.ts";
import { promtoolFindings, startPrometheus } from "../support/prometheus.ts";
import { testWith } from "../support/tools.ts";

const project = await everyTypeProject();
afterAll(() => project[Symbol.dispose]());

const good = { size: 2.5, count: 3, sold: true, colour: "green", month: "Feb", note: "old" };

async function post(url: string, rows: readonly unknown[]): Promise<number> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(rows);
  return (await fetch(`${url}/api/predictions`, { method: "POST", headers, body })).status;
}

testWith(
  ["prometheus"],
  "Prometheus reads the metrics of two workers as those of one service, and answers of them",
  async () => {
    await using service = await project.serve(["--workers", "2"]);
    for (let request = 0; request < 20; request++) expect(await post(service.url, [good, good])).toBe(200);
    for (let request = 0; request < 3; request++)
      expect(await post(service.url, [{ ...good, colour: "s3cret" }])).toBe(422);
    await using prometheus = await startPrometheus(new URL(service.url).host);
    const is = (value: number) => (samples: readonly { readonly value: number }[]) =>
      samples[0]?.value === value;
    await prometheus.until('up{job="mlt"}', is(1));
    const route = 'route="/api/predictions"';
    await prometheus.until(`mlt_request_total{${route},status="200"}`, is(20));
    await prometheus.until(`mlt_request_total{${route},status="422"}`, is(3));
    await prometheus.until("sum(mlt_prediction_total)", is(40));
    await prometheus.until('mlt_unseen_category_total{feature="colour"}', is(3));
    const [info] = await prometheus.query("mlt_model_info");
    const { id } = JSON.parse(await (await fetch(`${service.url}/api/model`)).text());
    expect([info?.value, info?.labels]).toMatchObject([1, { id, name: "iris", version: "0.1.0" }]);
    // All the time that there was, as no two scrapes need lie between the requests.
    const [median] = await prometheus.query(
      `histogram_quantile(0.5, sum by (le) (mlt_request_duration_seconds_bucket{${route}}))`,
    );
    expect(median?.value).toBeGreaterThan(0);
    expect(median?.value).toBeLessThanOrEqual(10);
    const [rows] = await prometheus.query("histogram_quantile(1, sum by (le) (mlt_batch_rows_bucket))");
    // Two rows a run: the bucket from 1 to 2.
    expect(rows?.value).toBe(2);
    // What is counted from now on is a rate.
    await post(service.url, [good]);
    await prometheus.until(
      `rate(mlt_request_total{${route},status="200"}[1m])`,
      ([rate]) => (rate?.value ?? 0) > 0,
    );
  },
);

testWith(["promtool"], "promtool finds nothing wrong with the metrics", async () => {
  await using service = await project.serve();
  await post(service.url, [good]);
  await fetch(`${service.url}/nowhere`);
  expect(await promtoolFindings(await (await fetch(`${service.url}/metrics`)).text())).toBe("");
});

testWith(["promtool"], "promtool tells of what is wrong, so that its silence says something", async () => {
  expect(await promtoolFindings("# TYPE hits counter\nhits 1\n")).toContain("hits");
});
