import { afterAll, beforeAll, describe, expect } from "bun:test";
import { freePort } from "../../ops/build/free-port.ts";
import { type DeployBench, deployBench, deployTools } from "../support/deploy-bench.ts";
import { copyOf, succeeded, type TestProject } from "../support/project.ts";
import { missingTool, testWith } from "../support/tools.ts";

const hasTools = deployTools.every((tool) => missingTool(tool) === undefined);
const patience = 240_000;

let bench: DeployBench;
/** The project with another model, of the tag `b`. */
let other: TestProject;

/** Deploys the models of `a` and `b`, one after the other. */
beforeAll(async () => {
  if (!hasTools) return;
  bench = await deployBench(["team", "empty"]);
  other = copyOf(bench.project);
  other.edit("config.yaml", "version: 0.1.0", "version: 0.2.0");
  succeeded(await other.mlt(["train", "--seed", "7"]));
  await bench.push(other, "b");
  await bench.play(bench.project, "team");
  succeeded(await bench.project.mlt(["deploy", "--tag", "a"], env()));
  await bench.play(other, "team");
  succeeded(await other.mlt(["deploy", "--tag", "b"], env()));
}, patience);

afterAll(async () => {
  if (!hasTools) return;
  other[Symbol.dispose]();
  await bench[Symbol.asyncDispose]();
}, patience);

const env = (more = {}) => bench.env("team", more);
const idOf = (project: TestProject): string => JSON.parse(project.read("model_bin/model.json")).id;
/** What varies from run to run, as words. */
const plain = (text: string) =>
  text
    .replaceAll(idOf(bench.project), "<id a>")
    .replaceAll(idOf(other), "<id b>")
    .replaceAll(idOf(bench.project).slice(0, 8), "<a>")
    .replaceAll(idOf(other).slice(0, 8), "<b>")
    .replaceAll(bench.registry.host, "<registry>")
    .replace(/sha256:[0-9a-f]+/g, "<digest>")
    .replace(/iris-[0-9a-f]+-[0-9a-z]{5}/g, "<pod>")
    .replace(/ready after \d+ s/g, "ready after <n> s")
    .replace(/ +/g, " ");

describe("mlt status", () => {
  testWith(deployTools, "shows a release and how its pods are, and exits 0 when all are ready", async () => {
    const { exitCode, stdout, stderr } = await other.mlt(["status", "--release"], env());
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const [head = "", pods = "", revisions = ""] = plain(stdout).split("\n\n");
    expect(head).toBe(`iris 0.2.0 in the namespace team is ready
 release iris, revision 2 (deployed), chart mlt-0.1.0
 model <id b>
 image <registry>/iris@<digest>
 pods 2 of 2 ready, 2 of the present revision
 reached at from within the cluster; from here: kubectl port-forward service/iris 8000 -n team`);
    // Deploying asked each of the pods, which are one service here, for labels and for probabilities.
    expect(pods).toMatch(
      /^pod state restarts age node model requests p99 ms in progress worst drift log pending\n(<pod> ready after <n> s 0 \d+ s node-0 <b> 4 [\d.]+ 0 - -\n?){2}$/,
    );
    expect(revisions).toMatch(
      /^revision age status model image\n 2 \d+ s deployed iris 0.2.0 <b> <digest>\n 1 \d+ s superseded iris 0.1.0 <a> <digest>\n$/,
    );
  });

  testWith(
    deployTools,
    "finds the release where no service of this machine answers, also as JSON",
    async () => {
      const port = String(await freePort());
      const { exitCode, stdout } = await other.mlt(["status", "--json"], env({ MLT_SERVE__PORT: port }));
      expect(exitCode).toBe(0);
      const model = { id: idOf(other), name: "iris", version: "0.2.0" };
      expect(JSON.parse(stdout)).toMatchObject({
        ...{ release: "iris", namespace: "team", ready: true, revision: 2, status: "deployed", model },
        replicas: { wanted: 2, updated: 2, ready: 2 },
        autoscaling: null,
        pods: [1, 2].map(() => ({
          ...{
            ready: true,
            of_present_revision: true,
            restarts: 0,
            model_id: model.id,
            not_asked_because: null,
          },
          service: { model: { id: model.id }, answered: 4, requests_in_progress: 0, worst_drift: null },
        })),
        revisions: [
          { revision: 1, status: "superseded", model: { id: idOf(bench.project) } },
          { revision: 2, status: "deployed", model },
        ],
      });
    },
  );

  testWith(deployTools, "shows pods that may not be asked, and why", async () => {
    const rules = [
      { apiGroups: [""], resources: ["secrets", "pods"], verbs: ["get", "list"] },
      { apiGroups: ["apps"], resources: ["deployments", "replicasets"], verbs: ["list"] },
    ];
    const reader = await bench.cluster.kubeconfigFor("reader", { namespace: "team", rules });
    const { exitCode, stdout } = await other.mlt(["status", "--release"], env({ KUBECONFIG: reader }));
    expect(exitCode).toBe(0);
    expect(plain(stdout)).toContain(
      '\n<pod> tells no metrics: "reader" may not create pods/portforward in the namespace "team"\n',
    );
    expect(plain(stdout)).not.toContain("reached at");
  });

  testWith(
    deployTools,
    "exits 4 where there is no release, and 2 for flags that exclude each other",
    async () => {
      const { exitCode, stderr } = await other.mlt(["status", "--release"], bench.env("empty"));
      expect({ exitCode, stderr }).toEqual({
        exitCode: 4,
        stderr: `error: There is no release "iris" in the namespace "empty"
hint: Make it with mlt deploy, or say as deploy.release and deploy.namespace which one is meant.
`,
      });
      for (const flag of ["--golden", "--url=http://127.0.0.1:1"]) {
        expect((await other.mlt(["status", "--release", flag], env())).exitCode).toBe(2);
      }
    },
  );
});

describe("mlt rollback", () => {
  testWith(deployTools, "refuses what is no revision to go back to", async () => {
    const refusal = async (...args: string[]) => {
      const { exitCode, stderr } = await other.mlt(["rollback", ...args], env());
      return [exitCode, stderr.split("\n")[0]];
    };
    expect(await refusal("--to", "first")).toEqual([2, 'error: Cannot read --to "first" as a revision']);
    expect(await refusal("--timeout", "soon")).toEqual([2, 'error: Cannot read --timeout "soon" as a time']);
    expect(await refusal("--to", "9")).toEqual([
      3,
      'error: Cannot roll back to revision 9 of "iris": there is none of that number; it has 1 (superseded), 2 (deployed)',
    ]);
  });

  testWith(deployTools, "exits 4 where the pods serve another model than they should", async () => {
    const { exitCode, stdout, stderr } = await other.mlt(["rollback", "--json"], env());
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(plain(stderr)).toStartWith(
      'error: Cannot roll "iris" back to revision 1: The pod <pod> serves the model <id b>, not <id a>\n',
    );
  });

  testWith(deployTools, "goes back and forth, with a line for each pod, and says what runs", async () => {
    await bench.play(other, "team");
    succeeded(await other.mlt(["rollback", "--to", "2"], env()));
    await bench.play(bench.project, "team");
    const { exitCode, stdout, stderr } = await other.mlt(["rollback"], env());
    expect(exitCode).toBe(0);
    expect(plain(stdout)).toBe(`release iris in the namespace team, revision 5, as revision 1 was
model iris 0.1.0, <id a>
image <registry>/iris@<digest>
`);
    expect(plain(stderr)).toMatch(/^( <pod>( \(old\))? [^\n]+\n)+$/);
    expect(plain(stderr)).toContain(" <pod> ready after <n> s\n");
    const again = await other.mlt(["rollback"], env());
    expect({ exitCode: again.exitCode, stderr: again.stderr.split("\n")[0] }).toEqual({
      exitCode: 3,
      stderr:
        'error: The release "iris" has no earlier revision that worked; it has 1 (superseded), 2 (superseded), 3 (superseded), 4 (superseded), 5 (deployed)',
    });
  });

  testWith(deployTools, "exits 130 on Ctrl-C, and leaves nothing pending", async () => {
    await bench.play(other, "team", [{ image: "iris", fate: "never-ready" }]);
    const started = other.start(["rollback", "--to", "2"], env());
    await started.saw(/not ready/);
    started.child.kill("SIGINT");
    const { exitCode, stderr } = await started.finished;
    expect(exitCode).toBe(130);
    expect(
      stderr,
    ).toEndWith(`error: Interrupted: revision 6 is deployed, and the cluster goes on with its pods
hint: Run mlt status --release to see how they are.
`);
    const shown = await other.mlt(["status", "--release"], env());
    expect(shown.exitCode).toBe(4);
    expect(shown.stdout).toContain("is not ready");
  });
});
