import { afterAll, beforeAll, expect } from "bun:test";
import { chmodSync, chownSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../../ops/build/free-port.ts";
import { testAuthority } from "../../support/certificates.ts";
import { plainValues } from "../../support/chart-corners.ts";
import { type Manifest, onlyOf, renderChart } from "../../support/helm-chart.ts";
import { type ImageRoot, imageRoot, imageRootTools } from "../../support/image-root.ts";
import { productionImageOf } from "../../support/production-image.ts";
import { trainedProject } from "../../support/project.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { missingTool, testWith } from "../../support/tools.ts";

const tools = [...imageRootTools, "helm", "openssl"];
const hasTools = tools.every((tool) => missingTool(tool) === undefined);
const nobody = 65_532;
const program = "/usr/local/bin/mlt";
let root: ImageRoot;

beforeAll(async () => {
  if (!hasTools) return;
  using project = await trainedProject();
  root = imageRoot((await productionImageOf(project)).plan);
  // What Kubernetes gives a pod: a way from the name of the Service to its address, and the Secret's files.
  mkdirSync(join(root.path, "etc"));
  writeFileSync(join(root.path, "etc/hosts"), "127.0.0.1 localhost iris\n");
  placeCertificate(join(root.path, "run/secrets/mlt/tls"));
}, 120_000);

afterAll(() => root?.[Symbol.dispose]());

function placeCertificate(folder: string): void {
  mkdirSync(folder, { recursive: true });
  using made = tempDir();
  testAuthority(made.path).issue("server");
  for (const [from, to] of [
    ["server.pem", "tls.crt"],
    ["server.key", "tls.key"],
  ] as const) {
    copyFileSync(join(made.path, from), join(folder, to));
    chownSync(join(folder, to), 0, nobody);
    chmodSync(join(folder, to), 0o440);
  }
}

/** The variables of a container: those of its Secrets, then its own. */
function variablesOf(container: Manifest, secret: Readonly<Record<string, string>>): Record<string, string> {
  const own = (container.env ?? []).map(({ name, value }: { name: string; value: string }) => [name, value]);
  return { ...(container.envFrom === undefined ? {} : secret), ...Object.fromEntries(own) };
}

/** Runs the pods of a release as its objects say, a process each, and gives what that of the test says. */
async function tested(values: object, secret: Readonly<Record<string, string>>) {
  const port = await freePort();
  const objects = await renderChart({ ...plainValues, ...values, service: { type: "ClusterIP", port } });
  const [serving] = onlyOf(objects, "Deployment").spec.template.spec.containers;
  const [asking] = onlyOf(objects, "Pod").spec.containers;
  const env = {
    ...variablesOf(serving, secret),
    MLT_SERVE__PORT: String(port),
    MLT_LOGGING__ENABLED: "true",
  };
  const service = root.run([program, ...(serving.args ?? ["serve"])], env);
  await service.saw(/"url":"https?:/);
  const ask = async (keys = secret) =>
    await root.run([program, ...asking.args], variablesOf(asking, keys)).finished;
  return {
    port,
    ask,
    [Symbol.asyncDispose]: async () => {
      service.child.kill("SIGTERM");
      await service.finished;
    },
  };
}

const key = "0123456789abcdef";

testWith(
  tools,
  "the pod of helm test asks the service by its name, and is content with its answers",
  async () => {
    await using release = await tested({}, {});
    const { exitCode, stdout, stderr } = await release.ask();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toStartWith(`iris 0.1.0 at http://iris:${release.port} is ready\n`);
    expect(stdout).toEndWith("\nIt answers 10 golden requests as its model did when it was trained.\n");
  },
);

testWith(
  tools,
  "the pod of helm test speaks HTTPS and has the key, where the service wants both",
  async () => {
    const values = { tlsSecret: "iris-tls", secrets: ["iris-keys"] };
    await using release = await tested(values, { MLT_SERVE__API_KEYS: key });
    const { exitCode, stdout, stderr } = await release.ask();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toStartWith(`iris 0.1.0 at https://iris:${release.port} is ready\n`);
    const wrong = await release.ask({ MLT_SERVE__API_KEYS: "fedcba9876543210" });
    expect(wrong.exitCode).toBe(4);
    expect(wrong.stderr).toContain("it refuses the golden requests with 401");
  },
);
