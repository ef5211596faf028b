import { expect } from "bun:test";
import { join } from "node:path";
import { openCluster } from "../../../../adapters/kubernetes/cluster.ts";
import { readRollout } from "../../../../adapters/kubernetes/read-rollout.ts";
import { readModel } from "../../../../adapters/model-store.ts";
import { askGoldenOfPods } from "../../../../cli/project/release/golden-pods.ts";
import { clusterTools, startCluster } from "../../../support/cluster.ts";
import { failure } from "../../../support/failure.ts";
import { succeeded, trainedProject } from "../../../support/project.ts";
import { smallChart, smallValues } from "../../../support/small-release.ts";
import { testWith } from "../../../support/tools.ts";

const key = "a-key-of-sixteen-characters";

testWith(
  clusterTools,
  "askGoldenOfPods() asks each pod through the cluster, over HTTPS and with a key, and names one that fails",
  async () => {
    await using control = await startCluster();
    using iris = await trainedProject();
    // The cluster's own certificate is one of this machine.
    const file = (name: string) => join(control.dir, name);
    const settings = { MLT_SERVE__TLS_CERT_FILE: file("api.pem"), MLT_SERVE__TLS_KEY_FILE: file("api.key") };
    await using service = await iris.serve([], { ...settings, MLT_SERVE__API_KEYS: key });
    await control.plan({ forwards: { default: Number(new URL(service.url).port) } });
    const values = smallValues({ image: "model-1", modelId: "id-1" });
    const chart = await smallChart(control.dir);
    await control.helm(["install", "iris", chart, "--values", "-", "--wait"], { stdin: values });

    const env = { PATH: process.env["PATH"], HOME: control.dir, KUBECONFIG: control.kubeconfig };
    const cluster = openCluster({ namespace: "default", env });
    const served = { port: 8000, isTls: true };
    const pods = (await readRollout(cluster, "iris")).pods.map(({ name }) => ({ ...served, name }));
    expect(pods.length).toBe(2);
    const { card } = await readModel(join(iris.path, "model_bin"));
    const asked = { cluster, pods, key, card };
    expect(await askGoldenOfPods(asked)).toBe(card.golden.length);

    const without = await failure(() => askGoldenOfPods({ ...asked, key: undefined }));
    expect(without.message).toBe(
      `The pod ${pods[0]?.name} fails the golden requests: it refuses the golden requests with 401`,
    );
    expect(without.exitCode).toBe(4);
    expect(without.hint).toBe(`Run kubectl logs ${pods[0]?.name} -n default to see more.`);
    const gone = await failure(() => askGoldenOfPods({ ...asked, pods: [{ ...served, name: "gone" }] }));
    expect(gone.message).toBe(
      'The pod gone fails the golden requests: There is no pods "gone" in the namespace "default"',
    );
    // One that has left meanwhile is not missed where another answers.
    expect(await askGoldenOfPods({ ...asked, pods: [{ ...served, name: "gone" }, ...pods] })).toBe(
      card.golden.length,
    );
    succeeded(await iris.mlt(["train", "--seed", "7"]));
    const other = { ...asked, card: (await readModel(join(iris.path, "model_bin"))).card };
    expect((await failure(() => askGoldenOfPods(other))).message).toStartWith(
      `The pod ${pods[0]?.name} fails the golden requests: `,
    );
  },
  120_000,
);
