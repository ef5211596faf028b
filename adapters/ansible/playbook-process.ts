import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ExitCode, MltError } from "../../core/errors.ts";
import { findProgram } from "../find-program.ts";
import { onInterrupt } from "../on-interrupt.ts";
import type { Environment } from "../run-program.ts";

export interface PlaybookProcessOptions {
  /** Folder of the playbooks, with an ansible.cfg. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly timeoutMs: number;
  /** Called with each line of stdout. */
  readonly onLine: (line: string) => void;
}

export interface EndedPlaybook {
  readonly exitCode: number;
  /** The last lines of stderr, without warnings. */
  readonly complaints: readonly string[];
}

const patienceMs = 10_000;
const keptLines = 20;

/**
 * Runs ansible-playbook, which may ask for passwords on the terminal. A signal that ends mlt ends it too.
 *
 * @throws {MltError} external: when it is not installed, or not done in time
 */
export async function playbookProcess(options: PlaybookProcessOptions): Promise<EndedPlaybook> {
  const program = findProgram("ansible-playbook", options.env["PATH"] ?? "");
  if (program === undefined) {
    throw new MltError("Cannot find ansible-playbook on PATH", {
      hint: "Install ansible-core 2.17 or newer, such as by: pipx install ansible-core.",
      exitCode: ExitCode.external,
    });
  }
  // Its stdin stays the terminal, for passwords.
  const child = spawn("ansible-playbook", options.args, {
    env: environment(options.env, options.folder),
    stdio: ["inherit", "pipe", "pipe"],
  });
  const complaints: string[] = [];
  const out = createInterface({ input: child.stdout }).on("line", options.onLine);
  const errors = createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.trim() !== "" && !/^\[?(WARNING|DEPRECATION)/.test(line)) complaints.push(line.trim());
    if (complaints.length > keptLines) complaints.shift();
  });
  // As Ctrl-C on its terminal: it ends its workers too.
  const stopListening = onInterrupt(() => child.kill("SIGINT"));
  const limit = timeLimit(child, options.timeoutMs);
  const closed = [out, errors].map((lines) => new Promise((resolve) => lines.once("close", resolve)));
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) =>
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      );
    });
    await Promise.all(closed);
    if (limit.isOver()) throw tooLate(options.timeoutMs);
    return { exitCode, complaints };
  } finally {
    limit.stop();
    stopListening();
  }
}

function timeLimit(child: ReturnType<typeof spawn>, timeoutMs: number) {
  let isOver = false;
  let killing: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    isOver = true;
    child.kill("SIGINT");
    killing = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  }, timeoutMs);
  return {
    isOver: () => isOver,
    stop: () => {
      clearTimeout(timer);
      clearTimeout(killing);
    },
  };
}

function tooLate(timeoutMs: number): MltError {
  return new MltError(`ansible-playbook was not done within ${Math.round(timeoutMs / 1_000)} s`, {
    hint: "Run it again: it goes on where it stopped; --timeout gives it longer.",
    exitCode: ExitCode.external,
  });
}

/** The user's own settings of Ansible win but for what mlt reads. */
function environment(env: Environment, folder: string): NodeJS.ProcessEnv {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return {
    ANSIBLE_CONFIG: join(folder, "ansible.cfg"),
    ...env,
    ANSIBLE_STDOUT_CALLBACK: "ansible.posix.jsonl",
    ANSIBLE_JSON_INDENT: "0",
    ANSIBLE_NOCOLOR: "1",
    ANSIBLE_FORCE_COLOR: "0",
    ANSIBLE_DEPRECATION_WARNINGS: "0",
    // Ansible starts in no other.
    ...(/utf-?8/i.test(locale) ? {} : { LC_ALL: "C.UTF-8" }),
  };
}
