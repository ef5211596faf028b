import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { newProject } from "../support/project.ts";

describe("mlt infra", () => {
  test.each([
    [
      ["up", "jenkin"],
      'There is no part "jenkin"; did you mean jenkins?',
      "Choose of microk8s, mongodb, efk, jenkins, all.",
    ],
    [["status", "--on", "hosts"], 'Cannot set things up on "hosts"', "Choose --on host or --on local."],
    [
      ["up", "microk8s", "--on", "local"],
      "MicroK8s is set up on hosts only",
      "Name this machine in infra.hosts, such as localhost, and run it with --on host.",
    ],
    [
      ["down", "mongodb", "--on", "host"],
      "Hosts are not changed without a question, and there is no terminal to ask on",
      "Add --yes, or look first with --dry-run.",
    ],
    [
      ["up", "mongodb", "--timeout", "soon"],
      'Cannot read --timeout "soon" as a time',
      "Give seconds, minutes or hours from 1s to 24h, such as 90s or 5m.",
    ],
  ])("%p exits 2 and says why", async (words, error, hint) => {
    using project = await newProject();
    expect(await project.mlt(["infra", ...words])).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: `error: ${error}\nhint: ${hint}\n`,
    });
  });

  test("exits 3 where no host is named that is asked for", async () => {
    using project = await newProject();
    const { exitCode, stderr } = await project.mlt(["infra", "up", "mongodb", "--on", "host", "--yes"]);
    expect(exitCode).toBe(3);
    expect(stderr).toStartWith("error: config.yaml names no host\n");
  });

  test("up --on local --dry-run names all that a machine with nothing lacks, and how to get it", async () => {
    using project = await newProject();
    const PATH = join(project.path, "empty");
    mkdirSync(PATH);
    const words = ["infra", "up", "all", "--on", "local", "--dry-run"];
    const { exitCode, stdout, stderr } = await project.mlt(words, { PATH });
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(stderr).toStartWith(
      "error: This machine is not ready\n" +
        "  There is no docker compose and no docker-compose on PATH\n" +
        "    Install Docker's package docker-compose-plugin, or that of the system: docker-compose-v2 or docker-compose.\n" +
        "  There is no docker on PATH\n" +
        "    Install Docker: Debian's package docker.io, or those of docs.docker.com/engine/install.\n",
    );
    expect(stderr).toEndWith("hint: Mend that, and run it again.\n");
  });

  test("names a Compose that is too old, with its version", async () => {
    using project = await newProject();
    await project.write({ "bin/docker-compose": "#!/bin/sh\necho 1.29.2\n" });
    chmodSync(join(project.path, "bin/docker-compose"), 0o755);
    const PATH = join(project.path, "bin");
    const { exitCode, stderr } = await project.mlt(["infra", "up", "mongodb", "--dry-run"], { PATH });
    expect(exitCode).toBe(4);
    expect(stderr).toContain(
      "  docker-compose is 1.29.2, which is older than 2.20\n    Install Docker's package",
    );
  });

  test("names the place in a stack of the project's own that it cannot read", async () => {
    using project = await newProject();
    await project.write({ "stacks/mongodb/compose.yaml": "services:\n  mongodb: none\n" });
    const { exitCode, stderr } = await project.mlt(["infra", "up", "mongodb", "--dry-run"]);
    expect(exitCode).toBe(3);
    expect(stderr).toStartWith(
      'error: stacks/mongodb/compose.yaml:2:12 Expected services.mongodb to be a map, not "none"\n',
    );
  });
});
