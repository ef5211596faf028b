import { afterAll, beforeAll, describe, expect } from "bun:test";
import { type DeployBench, deployBench, deployTools } from "../support/deploy-bench.ts";
import { until } from "../support/metric.ts";
import { copyOf, succeeded, type TestProject } from "../support/project.ts";
import { missingTool, testWith } from "../support/tools.ts";

const hasTools = deployTools.every((tool) => missingTool(tool) === undefined);
const patience = 300_000;

let bench: DeployBench;
let project: TestProject;

beforeAll(async () => {
  if (!hasTools) return;
  bench = await deployBench(["walk", "wrong", "stopped", "both"]);
  project = copyOf(bench.project);
}, patience);

afterAll(async () => {
  if (!hasTools) return;
  project[Symbol.dispose]();
  await bench[Symbol.asyncDispose]();
});

const modelId = () => JSON.parse(project.read("model_bin/model.json")).id;
const key = "0123456789abcdef";

describe("mlt deploy", () => {
  testWith(
    deployTools,
    "deploys a model and another, takes a broken one back by itself, and goes back where it is told to",
    async () => {
      const { cluster, registry } = bench;
      const env = bench.env("walk", {
        MLT_DEPLOY__SERVICE__TYPE: "NodePort",
        MLT_DEPLOY__SECRETS: "iris-keys",
      });
      const deploy = (...args: string[]) => project.mlt(["deploy", ...args], env);
      const keys = ["secret", "generic", "iris-keys", "--namespace", "walk"];
      await cluster.kubectl(["create", ...keys, `--from-literal=MLT_SERVE__API_KEYS=${key}`]);
      const image = `${registry.host}/iris@`;
      const serve = (served: TestProject) => bench.play(served, "walk", [], { MLT_SERVE__API_KEYS: key });

      // The first.
      const firstId = modelId();
      await serve(project);
      const plan = JSON.parse(succeeded(await deploy("--tag", "a", "--dry-run", "--json")));
      expect(plan).toMatchObject({
        release: "iris",
        revision: { from: null, to: 1 },
        model: { from: null, to: firstId },
      });
      expect(
        plan.changes.map(({ kind, change }: Record<string, string>) => `${kind} ${change}`).sort(),
      ).toEqual([
        "ConfigMap added",
        "Deployment added",
        "NetworkPolicy added",
        "PodDisruptionBudget added",
        "Service added",
        "ServiceAccount added",
      ]);
      expect(await bench.image("walk")).toBe("none");
      const first = await deploy("--tag", "a");
      const firstImage = await bench.image("walk");
      expect(succeeded(first).split("\n")).toEqual([
        "release     iris in the namespace walk, revision 1",
        `model       iris 0.1.0, ${firstId}`,
        `image       ${firstImage}`,
        // The address that kwok gives its nodes.
        "reached at  http://127.0.0.1:30000",
        "",
      ]);
      expect(firstImage).toStartWith(`${image}sha256:`);
      expect(first.stderr).toMatch(/^ {2}iris-\w+-\w+ {2}ready after \d+ s$/m);
      expect(first.stderr).toContain("10 answered as trained by each new pod");

      // The same again makes no revision.
      const again = succeeded(await deploy("--tag", "a"));
      expect(again).toContain("revision 1, as before: nothing was to be changed\n");
      expect(succeeded(await deploy("--tag", "a", "--dry-run"))).toBe(
        "iris in the namespace walk already runs so, as revision 1: nothing to change\n",
      );

      // Another model.
      succeeded(await project.mlt(["train", "--seed", "2"]));
      const refused = await deploy("--tag", "a");
      expect([refused.exitCode, refused.stdout]).toEqual([3, ""]);
      expect(refused.stderr).toContain(
        `error: The image "${registry.host}/iris:a" has model ${firstId}, and this project's is ${modelId()}\n` +
          "hint: Run mlt build-image --push",
      );
      const second = await bench.push(project, "b");
      await serve(project);
      const diff = succeeded(await deploy("--tag", "b", "--dry-run"));
      expect(diff).toStartWith(
        "iris in the namespace walk: revision 1 → 2; objects: 1 changed\n" +
          `  model  0.1.0 ${firstId} → 0.1.0 ${modelId()}\n  image  ${firstImage} → ${image}${second}\n`,
      );
      expect(diff).toContain(`\n-          image: ${firstImage}\n+          image: ${image}${second}\n`);
      const changed = JSON.parse(succeeded(await deploy("--tag", "b", "--json")));
      expect(changed).toMatchObject({
        revision: 2,
        changed: true,
        image: `${image}${second}`,
        model: { id: modelId() },
        golden_requests: 10,
      });
      expect(changed.pods).toHaveLength(2);

      // One whose pods are never ready.
      succeeded(await project.mlt(["train", "--seed", "3"]));
      const third = await bench.push(project, "c");
      const rules = [{ image: third.slice("sha256:".length), fate: "never-ready" as const }];
      await bench.plan("walk", rules);
      const failed = await deploy("--tag", "c", "--timeout", "20s");
      expect([failed.exitCode, failed.stdout]).toEqual([4, ""]);
      expect(failed.stderr).toMatch(/^error: .*0 of 2 new pods are ready/m);
      expect(failed.stderr).toContain("    error: the model is not what it was\n");
      expect(failed.stderr).toContain("Rolled back to revision 2, which runs now as revision 4.\n");
      expect(failed.stderr).toEndWith(
        "hint: Mend it, and run mlt deploy again; kubectl get events -n walk shows what became of the pods.\n",
      );
      expect(await bench.image("walk")).toBe(`${image}${second}`);

      // Back by hand, to what the project was copied from.
      await serve(bench.project);
      succeeded(await project.mlt(["rollback", "--to", "1"], env));
      expect(await bench.image("walk")).toBe(firstImage);
    },
    patience,
  );

  testWith(
    deployTools,
    "takes back a release whose pods answer otherwise than the model did when it was trained",
    async () => {
      // Whoever asks a pod meets a model of another training.
      await bench.play(project, "wrong");
      const { exitCode, stderr } = await bench.project.mlt(["deploy", "--tag", "a"], bench.env("wrong"));
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/^error: The pod iris-\w+-\w+ fails the golden requests: /m);
      expect(stderr).toContain("There was no revision before that worked, so the release was removed.\n");
      expect(await bench.image("wrong")).toBe("none");
    },
    patience,
  );

  testWith(
    deployTools,
    "ends at once where new pods crash, shows what they said, and removes a first release",
    async () => {
      await bench.plan("first", [{ fate: "crash" }]);
      const args = ["deploy", "--tag", "a", "--create-namespace"];
      const { exitCode, stderr } = await bench.project.mlt(args, bench.env("first"));
      expect(exitCode).toBe(4);
      expect(stderr).toContain("Made the namespace first\n");
      expect(stderr).toMatch(/^error: The pod iris-\w+-\w+ can never be ready: /m);
      expect(stderr).toContain("  last lines before it ended:\n    loading the model\n");
      expect(stderr).toContain("There was no revision before that worked, so the release was removed.\n");
      expect(await bench.cluster.helm(["list", "--all", "--namespace", "first", "--short"])).toBe("");
    },
    patience,
  );

  testWith(
    deployTools,
    "lets one of two at once have the release, and the other takes nothing back",
    async () => {
      const env = bench.env("both");
      await bench.serve(bench.project);
      await bench.plan("both", [{ fate: "ready", afterMs: 4_000 }]);
      const both = [0, 1].map(() => bench.project.mlt(["deploy", "--tag", "a"], env));
      const [first, second] = (await Promise.all(both)).toSorted(
        (a, b) => (a.exitCode ?? 1) - (b.exitCode ?? 1),
      );
      expect([first?.exitCode, second?.exitCode]).toEqual([0, 4]);
      // By which of the two is seen first: what helm says, or the history.
      expect(second?.stderr).toMatch(/^error: (Another deploy or rollback|Revision 1 of "iris")/m);
      expect(await bench.cluster.helm(["list", "--deployed", "--namespace", "both", "--short"])).toBe(
        "iris\n",
      );
      expect(await bench.image("both")).not.toBe("none");
    },
    patience,
  );

  testWith(
    deployTools,
    "exits 130 on Ctrl-C, leaves no release pending, and deploys after it as if nothing had been",
    async () => {
      const env = bench.env("stopped");
      await bench.plan("stopped", [{ fate: "never-ready" }]);
      const started = bench.project.start(["deploy", "--tag", "a"], env);
      await started.saw(/ not ready/);
      started.child.kill("SIGINT");
      const { exitCode, stderr } = await started.finished;
      expect(exitCode).toBe(130);
      expect(stderr).toContain(
        "error: Interrupted: revision 1 is failed, and its pods are left as they are\n",
      );
      expect(stderr).toContain("hint: Run mlt deploy again, or mlt status --release to see what is there.\n");
      await bench.play(bench.project, "stopped");
      await bench.cluster.kubectl(["delete", "pods", "--all", "--namespace", "stopped"]);
      const again = await bench.project.mlt(["deploy", "--tag", "a"], env);
      expect(succeeded(again)).toContain("revision 2\n");
      await until(async () => (await bench.image("stopped")) !== "none");
    },
    patience,
  );
});
