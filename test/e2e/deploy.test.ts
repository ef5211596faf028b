import { expect } from "bun:test";
import { deployBench, deployTools } from "../support/deploy-bench.ts";
import { succeeded } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

testWith(
  deployTools,
  "mlt deploy makes a release on a real API server, asks its pods, changes nothing the second time, and is watched by mlt status",
  async () => {
    await using bench = await deployBench(["walk"]);
    const { project, cluster, registry } = bench;
    const env = bench.env("walk");
    const { id } = JSON.parse(project.read("model_bin/model.json"));
    await bench.play(project, "walk");
    const first = JSON.parse(succeeded(await project.mlt(["deploy", "--tag", "a", "--json"], env)));
    expect(first).toMatchObject({ revision: 1, changed: true, golden_requests: 10, model: { id } });
    expect(await bench.image("walk")).toStartWith(`${registry.host}/iris@sha256:`);
    const list = ["list", "--deployed", "--namespace", "walk", "--short"];
    expect(await cluster.helm(list)).toBe("iris\n");

    const again = await project.mlt(["deploy", "--tag", "a"], env);
    expect(succeeded(again)).toContain("revision 1, as before: nothing was to be changed");
    const status = JSON.parse(succeeded(await project.mlt(["status", "--release", "--json"], env)));
    expect(status).toMatchObject({ ready: true });
  },
  300_000,
);
