import { spawnSync } from "node:child_process";
import { accessSync, constants, rmSync, statSync } from "node:fs";
import { chmod, lstat, mkdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { BuiltImage, ImageRunner, RunningContainer, RunOutcome } from "../../core/ports.ts";
import { type LineProcess, lineProcess } from "../line-process.ts";
import { onInterrupt } from "../on-interrupt.ts";
import { bubblewrapCommand, chrootCommand, mountPoints, type SandboxKind } from "./sandbox.ts";

export interface SandboxRunnerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder in which roots are unpacked, and removed again. */
  readonly workDir: string;
  /** Names a root: another each time. */
  readonly newId: () => string;
  /** Fills an empty folder with an image; resolves with the variables of its environment. */
  readonly unpack: (image: BuiltImage, root: string) => Promise<readonly string[]>;
  /** Default: chroot for the superuser, else bubblewrap. */
  readonly kind?: SandboxKind;
}

/**
 * Runs images without an engine for containers: their root is unpacked, and the program runs in that. It shares this
 * machine's network, on a free port of 127.0.0.1.
 *
 * @throws {MltError} external: where this user has neither way
 */
export function sandboxRunner(options: SandboxRunnerOptions): ImageRunner {
  const kind = options.kind ?? kindFor(options.env);
  return {
    apartness: `in its unpacked root by ${kind}, read-only and without capabilities, but on this machine's network`,
    async start(image, onLine) {
      const root = join(options.workDir, `mlt-root-${options.newId()}`);
      let pid: number | undefined;
      const stopListening = onInterrupt(() => {
        // It may have ended, which the shell takes more calmly.
        if (pid !== undefined) spawnSync("sh", ["-c", `kill -KILL ${pid}`], { stdio: "ignore" });
        rmSync(root, { recursive: true, force: true });
      });
      const remove = async () => {
        await rm(root, { recursive: true, force: true });
        stopListening();
      };
      try {
        await mkdir(root, { mode: 0o755 });
        await chmod(root, 0o755);
        const port = await freePort();
        const env = [...(await options.unpack(image, root)), ...ownPort(port)];
        await addMountPoints(root);
        const child = launch({ kind, root, env, image, onLine }, options);
        pid = child.pid;
        return running(child, { kind, port, remove });
      } catch (cause) {
        await remove();
        throw cause;
      }
    },
    run: (image, command) => runCommand(options, kind, image, command),
  };
}

async function runCommand(
  options: SandboxRunnerOptions,
  kind: SandboxKind,
  image: BuiltImage,
  command: readonly string[],
): Promise<RunOutcome> {
  const root = join(options.workDir, `mlt-root-${options.newId()}`);
  const lines: string[] = [];
  try {
    await mkdir(root, { mode: 0o755 });
    await chmod(root, 0o755);
    const env = await options.unpack(image, root);
    await addMountPoints(root);
    const runtime = { ...image.plan.runtime, entrypoint: [], cmd: command };
    const commanded = { ...image, plan: { ...image.plan, runtime } };
    const onLine = (line: string) => void lines.push(line);
    const child = launch({ kind, root, env, image: commanded, onLine }, options);
    return { exitCode: await child.ended, lines };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function kindFor(env: SandboxRunnerOptions["env"]): SandboxKind {
  const has = (name: string) => executable(name, env) !== undefined;
  if (process.platform === "linux") {
    if (process.getuid?.() === 0 && ["unshare", "setpriv", "mount"].every(has)) return "chroot";
    if (has("bwrap")) return "bubblewrap";
  }
  throw new MltError("Cannot run the image to test it: there is no Docker, no Podman and no bubblewrap", {
    hint: "Install one of them (apt-get install bubblewrap), or build with --no-test.",
    exitCode: ExitCode.external,
  });
}

/** The image's own port may be taken on this machine. */
function ownPort(port: number): string[] {
  return [`MLT_SERVE__PORT=${port}`, "MLT_SERVE__HOST=127.0.0.1"];
}

interface Launch {
  readonly kind: SandboxKind;
  readonly root: string;
  readonly env: readonly string[];
  readonly image: BuiltImage;
  readonly onLine: (line: string) => void;
}

function launch({ kind, root, env, image, onLine }: Launch, options: SandboxRunnerOptions): LineProcess {
  const { user, workingDir, entrypoint, cmd } = image.plan.runtime;
  const sandboxed = { root, user, workingDir, env, command: [...entrypoint, ...cmd] };
  const path = (name: string) => executable(name, options.env) ?? name;
  const commandOf = kind === "chroot" ? chrootCommand : bubblewrapCommand;
  return lineProcess({ command: commandOf(sandboxed, path), env: options.env, onLine });
}

function running(
  child: LineProcess,
  { kind, port, remove }: { kind: SandboxKind; port: number; remove: () => Promise<void> },
): RunningContainer {
  const stop = async (patienceMs: number) => {
    // Bubblewrap itself would end at once, and end what it runs by SIGKILL.
    const inner = kind === "bubblewrap" ? await childOf(child.pid) : undefined;
    if (inner === undefined) return await child.end(patienceMs);
    const timer = setTimeout(() => void child.end(0), patienceMs);
    process.kill(inner, "SIGTERM");
    await child.ended;
    clearTimeout(timer);
  };
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    ended: child.ended,
    stop,
    async remove() {
      await child.end(0);
      await remove();
    },
  };
}

async function childOf(pid: number | undefined): Promise<number | undefined> {
  if (pid === undefined) return undefined;
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const [first = ""] = listed.trim().split(" ");
  return first === "" ? undefined : Number(first);
}

/** Only below folders of the root itself: a link could lead out of it. */
async function addMountPoints(root: string): Promise<void> {
  for (const point of mountPoints) {
    let path = root;
    for (const name of point.slice(1).split("/")) {
      path = join(path, name);
      const found = await lstat(path).catch(() => undefined);
      if (found === undefined) await mkdir(path, { mode: 0o755 });
      else if (!found.isDirectory()) {
        throw new MltError(
          `Cannot run the image to test it: "${path.slice(root.length)}" in it is no folder`,
          {
            hint: "Test it with --engine docker, or build with --no-test.",
          },
        );
      }
    }
  }
}

function executable(name: string, env: SandboxRunnerOptions["env"]): string | undefined {
  const folders = [...(env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"].filter(
    (each) => each !== "",
  );
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EACCES") return false;
    throw cause;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  return await new Promise((found, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => found(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
