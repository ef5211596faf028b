import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A Docker of the test's own, apart from any other of the machine. */
export interface DockerDaemon extends AsyncDisposable {
  /** Leads the `docker` program to it, and away from the settings of whoever runs the tests. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs `docker` with the arguments and gives what it printed; throws, with what it said, where it fails. */
  docker(...args: readonly string[]): string;
}

/** What a test that uses `dockerDaemon` needs. */
export const dockerTools = ["linux", "root", "dockerd", "docker", "ip"];

/**
 * Starts a daemon with everything that it keeps in a folder of its own, and a bridge of its own. It pulls and pushes
 * without TLS at 127.0.0.1, and publishes ports there by its proxy: it leaves the machine's packet filter alone.
 */
export async function dockerDaemon(): Promise<DockerDaemon> {
  const dir = mkdtempSync(join(tmpdir(), "mlt-dockerd-"));
  const socket = join(dir, "d.sock");
  const { bridge, pool } = addBridge();
  const output = openSync(join(dir, "log"), "a");
  const child = spawn(
    "dockerd",
    [
      ...["--host", `unix://${socket}`, "--pidfile", join(dir, "pid")],
      ...["--data-root", join(dir, "data"), "--exec-root", join(dir, "exec")],
      ...["--bridge", bridge, "--iptables=false", "--ip-masq=false", "--ip-forward=false"],
      ...["--default-address-pool", pool, "--shutdown-timeout", "2"],
    ],
    { stdio: ["ignore", output, output] },
  );
  closeSync(output);
  const env = { ...process.env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: join(dir, "config") };
  const daemon: DockerDaemon = {
    env,
    docker: (...args) =>
      execFileSync("docker", args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
    [Symbol.asyncDispose]: () => end(child, dir, bridge),
  };
  try {
    await untilItAnswers(child, socket, join(dir, "log"));
  } catch (error) {
    await daemon[Symbol.asyncDispose]();
    throw error;
  }
  return daemon;
}

/** Named and numbered by this process and a counter, as other tests may run beside it. */
function addBridge(): { bridge: string; pool: string } {
  for (let attempt = 0; ; attempt++) {
    const mark = (process.pid * 7 + attempt) % (16 * 256);
    const name = `mltd${mark}`;
    if (spawnSync("ip", ["link", "add", name, "type", "bridge"]).status !== 0) {
      if (attempt === 100) throw new Error("Cannot add a bridge for dockerd");
      continue;
    }
    execFileSync("ip", ["addr", "add", `10.${208 + (mark >> 8)}.${mark & 255}.1/24`, "dev", name]);
    execFileSync("ip", ["link", "set", name, "up"]);
    // Networks that it is asked for are cut from a pool of its own too.
    return { bridge: name, pool: `base=10.${224 + (mark >> 8)}.${mark & 255}.0/24,size=28` };
  }
}

async function untilItAnswers(child: ChildProcess, socket: string, log: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  let failed: Error | undefined;
  child.once("error", (error) => {
    failed = error;
  });
  while (!(await takesConnections(socket))) {
    if (failed !== undefined || child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`dockerd does not answer:\n${readFileSync(log, "utf8").slice(-2_000)}`, {
        cause: failed,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function takesConnections(socket: string): Promise<boolean> {
  const connection = connect(socket);
  return new Promise<boolean>((resolve) => {
    connection.once("connect", () => resolve(true));
    connection.once("error", () => resolve(false));
  }).finally(() => connection.destroy());
}

/** It stops its containers and its containerd itself; what it leaves mounted goes before its folder. */
async function end(child: ChildProcess, dir: string, bridge: string): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
    child.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
  }
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${dir}/`));
  for (const path of mounts.reverse()) spawnSync("umount", ["--lazy", path]);
  rmSync(dir, { recursive: true, force: true });
  spawnSync("ip", ["link", "delete", bridge]);
}
