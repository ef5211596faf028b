import { afterAll, beforeAll, expect } from "bun:test";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { ansibleTools } from "../support/ansible-hosts.ts";
import { type HostProject, hostProject, hostServer } from "../support/host-project.ts";
import { stackText } from "../support/own-stack.ts";
import { missingTool, testWith } from "../support/tools.ts";

let host: HostProject;
beforeAll(async () => {
  if (ansibleTools.some((tool) => missingTool(tool) !== undefined)) return;
  host = await hostProject();
  expect((await host.infra("up", "--yes")).exitCode).toBe(0);
}, 360_000);
afterAll(async () => await host?.[Symbol.asyncDispose](), 60_000);

testWith(
  ansibleTools,
  "mlt infra up leaves somebody's own Docker as it is, brings a changed secret to a host, and makes no others for data of before",
  async () => {
    host.hosts.run("one", "rm", "/etc/docker/daemon.json");
    expect((await host.infra("up", "--dry-run")).stdout).toBe("Nothing would change on the hosts\n");

    const [kept, away] = [".mlt/infra", "away"].map((name) => join(host.project.path, name));
    renameSync(kept ?? "", away ?? "");
    for (const words of [["--dry-run"], ["--yes"]]) {
      const { exitCode, stderr } = await host.infra("up", ...words);
      expect([exitCode, stderr]).toEqual([
        3,
        expect.stringMatching(
          /^error: Host "one" has secrets of mongodb, and ".+secrets.env" has none of them$/m,
        ),
      ]);
    }
    renameSync(away ?? "", kept ?? "");

    await host.project.write({ ".mlt/infra/secrets.env": "MONGODB_SERVICE_PASSWORD='two words'\n" });
    const before = host.daemon.docker("ps", "--quiet", "--filter", "name=mlt-mongodb-server-1");
    expect((await host.infra("up", "--yes")).exitCode).toBe(0);
    expect(host.daemon.docker("ps", "--quiet", "--filter", "name=mlt-mongodb-server-1")).not.toBe(before);
    expect(
      host.daemon.docker("exec", "mlt-mongodb-server-1", "cat", "/run/secrets/mongodb_service_password"),
    ).toBe("two words");
  },
  360_000,
);

testWith(
  ansibleTools,
  "mlt infra up shows what a service of a host said last, without secrets",
  async () => {
    const { healthcheck: _, ...others } = hostServer;
    const command = ["grep", "", "/run/secrets/mongodb_service_password", "/nowhere"];
    const text = host.project.read("stacks/mongodb/compose.yaml");
    await host.project.write({
      "stacks/mongodb/compose.yaml": stackText({ server: { ...others, command } }, []),
    });
    const { exitCode, stdout, stderr } = await host.infra("up", "--yes");
    await host.project.write({ "stacks/mongodb/compose.yaml": text });
    expect(exitCode).toBe(4);
    expect(stderr).toContain("(a secret)");
    expect(stdout + stderr).not.toContain("two words");
    expect((await host.infra("up", "--yes")).exitCode).toBe(0);
  },
  360_000,
);

testWith(
  ansibleTools,
  "mlt infra status says how the parts of a host are, and down takes them down",
  async () => {
    const before = await host.infra("status", "--json");
    expect(JSON.parse(before.stdout)).toEqual({
      on: "host",
      states: [{ host: "one", part: "mongodb", state: "server running healthy" }],
    });
    expect((await host.infra("down", "--yes")).exitCode).toBe(0);
    const after = await host.infra("status");
    expect(after.stdout).toMatch(/^one +mongodb +down$/m);

    // Of a compose.yaml before this one.
    const label = "com.docker.compose.project=mlt-mongodb";
    host.daemon.docker("volume", "create", "--label", label, "of-before");
    expect((await host.infra("down", "--yes", "--volumes")).exitCode).toBe(0);
    expect(host.daemon.docker("volume", "ls", "--quiet")).toBe("");
  },
  360_000,
);
