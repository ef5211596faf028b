import { afterAll, beforeAll, expect } from "bun:test";
import { readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { type AnsibleHosts, ansibleHosts, ansibleTools, hostImage } from "../support/ansible-hosts.ts";
import { type DockerDaemon, dockerDaemon } from "../support/dockerd.ts";
import { stackText, variable } from "../support/own-stack.ts";
import { newProject, type TestProject } from "../support/project.ts";
import { tempDir } from "../support/temp-dir.ts";
import { missingTool, testWith } from "../support/tools.ts";

// One host, a container in which systemd is a stand-in; its Docker and Compose are real.
const place = tempDir();
let daemon: DockerDaemon;
let hosts: AnsibleHosts;
let project: TestProject;

const server = {
  image: hostImage,
  command: ["sleep", "infinity"],
  init: true,
  network_mode: "none",
  secrets: ["mongodb_service_password"],
  healthcheck: { test: ["CMD", "test", "-s", "/run/secrets/mongodb_service_password"], interval: "1s" },
  labels: { asked: variable("MLT_MONGODB_PORT") },
};

beforeAll(async () => {
  if (ansibleTools.some((tool) => missingTool(tool) !== undefined)) return;
  daemon = await dockerDaemon();
  hosts = ansibleHosts(daemon, place.path, ["one"]);
  project = await newProject();
  await project.write({
    "config.yaml": `project: { name: iris }\ninfra: { inventory: "${hosts.inventory}" }\n`,
    "stacks/mongodb/compose.yaml": stackText({ server }, []),
  });
}, 120_000);
afterAll(async () => {
  await daemon?.[Symbol.asyncDispose]();
  project?.[Symbol.dispose]();
  place[Symbol.dispose]();
}, 60_000);

const infra = (verb: string, ...words: readonly string[]) =>
  project.mlt(["infra", verb, "mongodb", ...words], {
    DOCKER_HOST: daemon.env["DOCKER_HOST"] ?? "",
    ANSIBLE_HOME: join(place.path, "ansible-home"),
  });

testWith(
  ansibleTools,
  "mlt infra up exits 2 where it would have to ask before it changes hosts, and there is no terminal",
  async () => {
    const { exitCode, stderr } = await infra("up");
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("--yes")]);
  },
);

testWith(
  ansibleTools,
  "mlt infra up sets a host up, a line a task, and has nothing to do afterwards",
  async () => {
    const { exitCode, stdout, stderr } = await infra("up", "--yes");
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^one +changed +stack : Start mongodb$/m)]);
    expect(stdout).toMatch(/^host +tasks +changed\none +\d+ +\d+$/m);

    const file = join(project.path, ".mlt/infra/secrets.env");
    const password = /^\w*MONGODB_SERVICE_PASSWORD='?([^'\n]+)/im.exec(readFileSync(file, "utf8"))?.[1] ?? "";
    expect([statSync(file).mode & 0o777, password.length > 30]).toEqual([0o600, true]);
    expect(stdout + stderr).not.toContain(password);
    const kept = join(place.path, "hosts/mongodb/secrets/mongodb_service_password");
    expect(readFileSync(kept, "utf8")).toBe(password);
    expect(statSync(join(project.path, ".mlt/infra/vault.sample.yml")).mode & 0o777).toBe(0o600);

    expect((await infra("up", "--dry-run")).stdout).toBe("Nothing would change on the hosts\n");
  },
  360_000,
);

testWith(
  ansibleTools,
  "mlt infra up leaves somebody's own Docker as it is, brings a changed secret to a host, and makes no others for data of before",
  async () => {
    hosts.run("one", "rm", "/etc/docker/daemon.json");
    expect((await infra("up", "--dry-run")).stdout).toBe("Nothing would change on the hosts\n");

    const [kept, away] = [".mlt/infra", "away"].map((name) => join(project.path, name));
    renameSync(kept ?? "", away ?? "");
    for (const words of [["--dry-run"], ["--yes"]]) {
      const { exitCode, stderr } = await infra("up", ...words);
      expect([exitCode, stderr]).toEqual([
        3,
        expect.stringMatching(
          /^error: Host "one" has secrets of mongodb, and ".+secrets.env" has none of them$/m,
        ),
      ]);
    }
    renameSync(away ?? "", kept ?? "");

    await project.write({ ".mlt/infra/secrets.env": "MONGODB_SERVICE_PASSWORD='two words'\n" });
    const before = daemon.docker("ps", "--quiet", "--filter", "name=mlt-mongodb-server-1");
    expect((await infra("up", "--yes")).exitCode).toBe(0);
    expect(daemon.docker("ps", "--quiet", "--filter", "name=mlt-mongodb-server-1")).not.toBe(before);
    expect(
      daemon.docker("exec", "mlt-mongodb-server-1", "cat", "/run/secrets/mongodb_service_password"),
    ).toBe("two words");
  },
  360_000,
);

testWith(
  ansibleTools,
  "mlt infra up shows what a service of a host said last, without secrets",
  async () => {
    const { healthcheck: _, ...others } = server;
    const command = ["grep", "", "/run/secrets/mongodb_service_password", "/nowhere"];
    const text = project.read("stacks/mongodb/compose.yaml");
    await project.write({ "stacks/mongodb/compose.yaml": stackText({ server: { ...others, command } }, []) });
    const { exitCode, stdout, stderr } = await infra("up", "--yes");
    await project.write({ "stacks/mongodb/compose.yaml": text });
    expect(exitCode).toBe(4);
    expect(stderr).toContain("(a secret)");
    expect(stdout + stderr).not.toContain("two words");
    expect((await infra("up", "--yes")).exitCode).toBe(0);
  },
  360_000,
);

testWith(
  ansibleTools,
  "mlt infra status says how the parts of a host are, and down takes them down",
  async () => {
    const before = await infra("status", "--json");
    expect(JSON.parse(before.stdout)).toEqual({
      on: "host",
      states: [{ host: "one", part: "mongodb", state: "server running healthy" }],
    });
    expect((await infra("down", "--yes")).exitCode).toBe(0);
    const after = await infra("status");
    expect(after.stdout).toMatch(/^one +mongodb +down$/m);

    // Of a compose.yaml before this one.
    const label = "com.docker.compose.project=mlt-mongodb";
    daemon.docker("volume", "create", "--label", label, "of-before");
    expect((await infra("down", "--yes", "--volumes")).exitCode).toBe(0);
    expect(daemon.docker("volume", "ls", "--quiet")).toBe("");
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
