import { afterAll, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { delimiter, join } from "node:path";
import { newProject } from "../support/project.ts";

const iris = await newProject();
afterAll(() => iris[Symbol.dispose]());

/** `mlt test --release` with stand-ins for helm, which fails, and for kubectl, whose pods have those ids one after the other. */
async function tested(uids: readonly [string, string]) {
  await iris.write({
    "bin/helm": '#!/bin/sh\necho "Error: release: not found" >&2\nexit 1\n',
    "bin/kubectl": `#!/bin/sh
case "$*" in
*"get pod"*) [ -f "$0.asked" ] && echo -n "${uids[1]} Failed" || echo -n "${uids[0]} Failed"; touch "$0.asked" ;;
*logs*) echo "error: The model answers otherwise" ;;
esac
`,
    "bin/kubectl.asked": "",
  });
  await Bun.file(join(iris.path, "bin/kubectl.asked")).delete();
  for (const program of ["helm", "kubectl"]) chmodSync(join(iris.path, "bin", program), 0o755);
  const path = [join(iris.path, "bin"), process.env["PATH"] ?? ""].join(delimiter);
  return await iris.mlt(["test", "--release"], { PATH: path, KUBECONFIG: join(iris.path, "none") });
}

test("mlt test --release says what the pod of the test said", async () => {
  const { exitCode, stderr } = await tested(["a", "b"]);
  expect(exitCode).toBe(4);
  expect(stderr).toStartWith('error: The test of release "iris" failed: The model answers otherwise\n');
});

test("mlt test --release does not take the pod of a test before for that of this one", async () => {
  const { exitCode, stderr } = await tested(["a", "a"]);
  expect(exitCode).toBe(4);
  expect(stderr).toStartWith("error: There is no such release in the namespace");
  expect(stderr).not.toContain("The model answers otherwise");
});
