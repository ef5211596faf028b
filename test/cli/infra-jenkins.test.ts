import { expect, test } from "bun:test";
import { type DockerDaemon, dockerDaemon, dockerTools } from "../support/dockerd.ts";
import { newProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

test("mlt infra up jenkins exits 3 where pods could not reach it, before it looks at the machine", async () => {
  using project = await newProject();
  await project.write({ "config.yaml": "infra: { jenkins: { agent: kubernetes } }\n" });
  expect(await project.mlt(["infra", "up", "jenkins", "--on", "local", "--dry-run"])).toMatchObject({
    exitCode: 3,
    stdout: "",
    stderr:
      'error: infra.jenkins.agent is "kubernetes", and config.yaml has no infra.jenkins.url and no image.registry\n' +
      "hint: Say there where pods reach Jenkins, and which registry they pull the agent's image from.\n",
  });
});

testWith(
  [...dockerTools, "docker-compose", "tar"],
  "mlt infra up jenkins says how to make what its agent is made of, and warns that it has no pipelines",
  async () => {
    using project = await newProject();
    await project.write({ "config.yaml": "project: { name: iris }\n" });
    await using daemon: DockerDaemon = await dockerDaemon();
    const { DOCKER_HOST = "", DOCKER_CONFIG = "" } = daemon.env;
    const up = () =>
      project.mlt(["infra", "up", "jenkins", "--on", "local", "--dry-run"], { DOCKER_HOST, DOCKER_CONFIG });
    const missing = await up();
    expect(missing.exitCode).toBe(4);
    const [, reference = ""] =
      /There is no image (\S+), which the agent of Jenkins is made of\n/.exec(missing.stderr) ?? [];
    expect(missing.stderr).toContain(
      "made of\n    Make it with mlt build-image runtime --engine docker.\nhint:",
    );
    await project.write({ "root/empty": "" });
    daemon.docker("import", await archive(project.path), reference);
    expect(await up()).toMatchObject({
      exitCode: 0,
      stdout: "mlt-jenkins:\n  jenkins  new\n  agent    new\n2 new secrets, in .mlt/infra/secrets.env\n",
      stderr:
        "warning: Jenkins will have no pipelines: set infra.jenkins.repository to the project's repository\n",
    });
  },
  120_000,
);

/** Of an image that has nothing but an empty file. */
async function archive(folder: string): Promise<string> {
  const path = `${folder}/root.tar`;
  await Bun.$`tar -C ${folder}/root -cf ${path} .`.quiet();
  return path;
}
