import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DockerDaemon, dockerTools } from "./dockerd.ts";
import { executablePath, hostArchive } from "./tools.ts";

const sources = join(import.meta.dirname, "ansible-host");

/** What a test that uses `ansibleHosts` needs. */
export const ansibleTools = [
  ...dockerTools,
  "ansible-playbook",
  "docker-compose",
  "dpkg-deb",
  "ansible-host",
];

/** The image of a Debian with Python in it. */
export const hostImage = "stand-in/host:1";

export interface AnsibleHosts {
  /** Path of an inventory that reaches them. */
  readonly inventory: string;
  /** Runs a program on one of them and gives what it prints. */
  run(host: string, ...command: readonly string[]): string;
  /** What the stand-ins of a host were asked to change, in order. */
  changes(host: string): readonly string[];
}

/**
 * Starts containers that Ansible reaches as hosts, the first of them as the main one. Each is a real Debian with apt, and
 * a repository of its own. Docker, once it is installed there, is the daemon that the host itself runs in, so that what
 * it starts is real. `snap`, `microk8s` and `systemctl` are stand-ins that keep what they were told.
 *
 * @param dir a folder that stacks may be kept in: it has the same path on every host
 */
export function ansibleHosts(daemon: DockerDaemon, dir: string, names: readonly string[]): AnsibleHosts {
  const standIns = join(dir, "stand-ins");
  for (const folder of ["stand-ins", "programs", "cluster", "apt"]) mkdirSync(join(dir, folder));
  execFileSync("sh", [join(sources, "make-packages.sh"), standIns]);
  writeFileSync(join(dir, "apt/stand-ins.list"), "deb [trusted=yes] file:/srv/stand-ins ./\n");
  daemon.docker("import", hostArchive, hostImage);
  const socket = (daemon.env["DOCKER_HOST"] ?? "").replace("unix://", "");
  const mounts = [
    `${dir}:${dir}`,
    `${standIns}:/srv/stand-ins:ro`,
    `${join(dir, "apt")}:/etc/apt/sources.list.d:ro`,
    `${join(standIns, "systemctl")}:/usr/bin/systemctl:ro`,
    `${join(dir, "cluster")}:/cluster`,
    `${socket}:/run/docker.sock`,
    ...["docker", "docker-compose"].map((name) => `${programPath(name)}:/opt/programs/${name}:ro`),
  ];
  const named = mounts.flatMap((mount) => ["--volume", mount]);
  for (const name of names) {
    const identity = ["--name", name, "--hostname", name, "--env", "ANSIBLE_UNSAFE_WRITES=1"];
    daemon.docker("run", "--detach", ...identity, ...named, hostImage, "sleep", "infinity");
    daemon.docker("exec", name, "sh", "-c", ": >/etc/apt/sources.list; mkdir -p /var/lib/stand-in");
  }
  const inventory = join(dir, "hosts.yml");
  writeFileSync(inventory, inventoryOf(names, join(dir, "hosts")));
  const run = (host: string, ...command: readonly string[]) => daemon.docker("exec", host, ...command);
  return {
    inventory,
    run,
    changes: (host) =>
      run(host, "sh", "-c", "cat /var/lib/stand-in/log 2>/dev/null || true").split("\n").filter(Boolean),
  };
}

function inventoryOf([main = "", ...nodes]: readonly string[], mltDirectory: string): string {
  const reach = {
    ansible_connection: "community.docker.docker",
    ansible_user: "root",
    mlt_directory: mltDirectory,
  };
  const group = (names: readonly string[]) => ({
    hosts: Object.fromEntries(names.map((name) => [name, reach])),
  });
  return JSON.stringify({ all: { children: { mlt_main: group([main]), mlt_nodes: group(nodes) } } });
}

function programPath(name: string): string {
  return realpathSync(executablePath(name) ?? "");
}
