import { afterAll, beforeAll, expect } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ansibleTools } from "../support/ansible-hosts.ts";
import { type HostProject, hostProject } from "../support/host-project.ts";
import { newProject } from "../support/project.ts";
import { missingTool, testWith } from "../support/tools.ts";

let host: HostProject;
beforeAll(async () => {
  if (ansibleTools.some((tool) => missingTool(tool) !== undefined)) return;
  host = await hostProject();
}, 120_000);
afterAll(async () => await host?.[Symbol.asyncDispose](), 60_000);

testWith(
  ansibleTools,
  "mlt infra up exits 2 where it would have to ask before it changes hosts, and there is no terminal",
  async () => {
    const { exitCode, stderr } = await host.infra("up");
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("--yes")]);
  },
);

testWith(
  ansibleTools,
  "mlt infra up sets a host up, a line a task, and has nothing to do afterwards",
  async () => {
    const { exitCode, stdout, stderr } = await host.infra("up", "--yes");
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^one +changed +stack : Start mongodb$/m)]);
    expect(stdout).toMatch(/^host +tasks +changed\none +\d+ +\d+$/m);

    const file = join(host.project.path, ".mlt/infra/secrets.env");
    const password = /^\w*MONGODB_SERVICE_PASSWORD='?([^'\n]+)/im.exec(readFileSync(file, "utf8"))?.[1] ?? "";
    expect([statSync(file).mode & 0o777, password.length > 30]).toEqual([0o600, true]);
    expect(stdout + stderr).not.toContain(password);
    const kept = join(host.path, "hosts/mongodb/secrets/mongodb_service_password");
    expect(readFileSync(kept, "utf8")).toBe(password);
    expect(statSync(join(host.project.path, ".mlt/infra/vault.sample.yml")).mode & 0o777).toBe(0o600);

    expect((await host.infra("up", "--dry-run")).stdout).toBe("Nothing would change on the hosts\n");
  },
  360_000,
);

testWith(["ansible-playbook"], "mlt infra exits 4 and names the host that cannot be reached", async () => {
  using lost = await newProject();
  await lost.write({ "config.yaml": "project: { name: iris }\ninfra: { hosts: ['nobody@127.0.0.1:1'] }\n" });
  const { exitCode, stderr } = await lost.mlt(["infra", "up", "mongodb", "--yes"]);
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining('Cannot reach host "127.0.0.1_1"')]);
});

testWith(["ansible-playbook"], "mlt infra up makes no secrets where a vault has them", async () => {
  using lost = await newProject();
  await lost.write({
    "config.yaml": "project: { name: iris }\ninfra: { hosts: ['nobody@127.0.0.1:1'] }\n",
    ".mlt/infra/vault.yml": "mlt_secrets: {}\n",
  });
  const { exitCode } = await lost.mlt(["infra", "up", "mongodb", "--yes"]);
  expect(exitCode).toBe(4);
  expect(readdirSync(join(lost.path, ".mlt/infra")).sort()).toEqual(["stacks", "vault.yml"]);
});
