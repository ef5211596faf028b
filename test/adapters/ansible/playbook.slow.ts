import { afterAll, beforeAll, expect } from "bun:test";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TaskResult } from "../../../adapters/ansible/task-line.ts";
import { type AnsibleHosts, ansibleHosts, ansibleTools } from "../../support/ansible-hosts.ts";
import { type DockerDaemon, dockerDaemon } from "../../support/dockerd.ts";
import { playAndKill, playHosts, smallStack } from "../../support/host-playbook.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { missingTool, testWith } from "../../support/tools.ts";

// The hosts are containers: systemd and snapd do not run there, and MicroK8s cannot be had. Docker and Compose are real.
const place = tempDir();
const dir = place.path;
let daemon: DockerDaemon;
let hosts: AnsibleHosts;
beforeAll(async () => {
  if (ansibleTools.some((tool) => missingTool(tool) !== undefined)) return;
  daemon = await dockerDaemon();
  hosts = ansibleHosts(daemon, dir, ["one", "two"]);
}, 120_000);
afterAll(async () => {
  await daemon?.[Symbol.asyncDispose]();
  place[Symbol.dispose]();
}, 60_000);

const play = (changes: Parameters<typeof playHosts>[2]) => playHosts(daemon, { hosts, dir }, changes);
const services = () =>
  daemon.docker("ps", "--all", "--filter", "label=com.docker.compose.project", "--format", "{{.Names}}");

testWith(
  ansibleTools,
  "runPlaybook() in a check of new hosts changes nothing, and says what it would",
  async () => {
    const run = await play({ stack: smallStack(dir), check: true });
    expect(run.changes.map(({ task }) => task)).toContain("docker : Write the settings of the daemon");
    expect([...hosts.changes("one"), ...hosts.changes("two"), services().trim()]).toEqual([""]);
    expect(hosts.run("one", "sh", "-c", "ls /usr/bin/docker /etc/docker 2>/dev/null || true")).toBe("");
  },
  240_000,
);

testWith(
  ansibleTools,
  "runPlaybook() sets hosts up with a stand-in for MicroK8s, and changes nothing when it runs again",
  async () => {
    const results: TaskResult[] = [];
    const first = await play({ stack: smallStack(dir), onTask: (result) => results.push(result) });
    expect(first.hosts.map(({ host, failed, unreachable }) => [host, failed, unreachable])).toEqual([
      ["one", 0, 0],
      ["two", 0, 0],
    ]);
    expect(hosts.changes("one")).toEqual([
      "snap install --classic --channel 1.32/stable microk8s",
      "microk8s enable",
      "microk8s enable",
      "start docker",
    ]);
    expect(hosts.run("one", "/snap/bin/microk8s", "kubectl", "get", "nodes")).toBe("one two");
    expect(statSync(join(dir, "work/kubeconfig")).mode & 0o777).toBe(0o600);
    expect(services().split("\n").filter(Boolean).sort()).toEqual([
      "mlt-mongodb-server-1",
      "mlt-mongodb-setup-1",
    ]);
    expect(JSON.stringify(results)).not.toContain("secret }}");

    const second = await play({ stack: smallStack(dir) });
    expect(second.changes).toEqual([]);
    expect(second.hosts.map(({ changed }) => changed)).toEqual([0, 0]);
  },
  480_000,
);

testWith(ansibleTools, "runPlaybook() keeps secrets from others of the host, and from variables", () => {
  const folder = join(dir, "hosts/mongodb");
  expect(readFileSync(join(folder, "secrets/root"), "utf8")).toBe("a {{ secret }} $HOME");
  expect(statSync(join(folder, "secrets")).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(folder, "variables.env"), "utf8")).not.toContain("secret }}");
});

testWith(
  ansibleTools,
  "runPlaybook() makes a stack anew whose files changed",
  async () => {
    const before = daemon.docker("inspect", "--format", "{{.Id}}", "mlt-mongodb-server-1");
    const stack = smallStack(dir);
    writeFileSync(join(stack.folder, "server.conf"), "verbose = 2\n");
    const { changes } = await play({ stack, parts: ["mongodb"] });
    expect(changes.map(({ task }) => task)).toContain("stack : Start mongodb");
    expect(daemon.docker("inspect", "--format", "{{.Id}}", "mlt-mongodb-server-1")).not.toBe(before);
  },
  240_000,
);

testWith(
  ansibleTools,
  "runPlaybook() says how the parts are, takes them down, and keeps what they had",
  async () => {
    const states: TaskResult[] = [];
    await play({ playbook: "status", onTask: (result) => states.push(result) });
    const said = states.filter(({ task }) => task.includes("State of"));
    expect(said.map(({ host, message }) => [host, message])).toEqual([
      ["one", "server running healthy, setup exited"],
      ["one", "running"],
      ["two", "running"],
    ]);
    await play({ playbook: "down" });
    expect(services()).toBe("");
    expect(daemon.docker("volume", "ls", "--quiet")).toBe("mlt-mongodb_data\n");
    expect((await play({ playbook: "down" })).changes).toEqual([]);
  },
  360_000,
);

testWith(
  ansibleTools,
  "runPlaybook() removes with its volumes what a stack had, and completes what was killed in the middle",
  async () => {
    await play({ playbook: "down", parts: ["mongodb"], removeVolumes: true });
    expect([daemon.docker("volume", "ls", "--quiet"), existsSync(join(dir, "hosts/mongodb"))]).toEqual([
      "",
      false,
    ]);

    await playAndKill(daemon, { hosts, dir }, "stack : Write the variables of mongodb");
    expect(services()).toBe("");
    const { changes } = await play({ stack: smallStack(dir), parts: ["mongodb"] });
    expect(changes.map(({ task }) => task)).toContain("stack : Start mongodb");
    expect(services()).not.toBe("");
    await play({ playbook: "down", parts: ["mongodb"] });
  },
  480_000,
);

testWith(
  ansibleTools,
  "runPlaybook() shows the last lines of a stack that never comes up, and takes it down again",
  async () => {
    const failure = play({ stack: smallStack(dir, { answers: false }), parts: ["mongodb"] });
    await expect(failure).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining("No module named no_such_module"),
    });
    expect(services()).toBe("");
  },
  240_000,
);
