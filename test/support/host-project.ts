import { join } from "node:path";
import { type AnsibleHosts, ansibleHosts, hostImage } from "./ansible-hosts.ts";
import { type DockerDaemon, dockerDaemon } from "./dockerd.ts";
import type { Finished } from "./mlt.ts";
import { stackText, variable } from "./own-stack.ts";
import { newProject, type TestProject } from "./project.ts";
import { tempDir } from "./temp-dir.ts";

/** A project whose infrastructure is one host: a container in which systemd is a stand-in; its Docker and Compose are real. */
export interface HostProject extends AsyncDisposable {
  readonly project: TestProject;
  readonly daemon: DockerDaemon;
  readonly hosts: AnsibleHosts;
  /** Where the host keeps its files. */
  readonly path: string;
  /** Runs `mlt infra` for the part mongodb. */
  infra(verb: string, ...words: readonly string[]): Promise<Finished>;
}

/** The service of the project's own stack: up when its secret has reached it. */
export const hostServer = {
  image: hostImage,
  command: ["sleep", "infinity"],
  init: true,
  network_mode: "none",
  secrets: ["mongodb_service_password"],
  healthcheck: { test: ["CMD", "test", "-s", "/run/secrets/mongodb_service_password"], interval: "1s" },
  labels: { asked: variable("MLT_MONGODB_PORT") },
};

export async function hostProject(): Promise<HostProject> {
  const place = tempDir();
  const daemon = await dockerDaemon();
  const hosts = ansibleHosts(daemon, place.path, ["one"]);
  const project = await newProject();
  await project.write({
    "config.yaml": `project: { name: iris }\ninfra: { inventory: "${hosts.inventory}" }\n`,
    "stacks/mongodb/compose.yaml": stackText({ server: hostServer }, []),
  });
  return {
    project,
    daemon,
    hosts,
    path: place.path,
    infra: (verb, ...words) =>
      project.mlt(["infra", verb, "mongodb", ...words], {
        DOCKER_HOST: daemon.env["DOCKER_HOST"] ?? "",
        ANSIBLE_HOME: join(place.path, "ansible-home"),
      }),
    async [Symbol.asyncDispose]() {
      await daemon[Symbol.asyncDispose]();
      project[Symbol.dispose]();
      place[Symbol.dispose]();
    },
  };
}
