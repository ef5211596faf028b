import { join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";
import { findPlaybooks } from "./ansible-files.ts";
import { writeInventory } from "./inventory.ts";
import { playbookProcess } from "./playbook-process.ts";
import { type HostSummary, type PlaybookLine, playbookLine, type TaskResult } from "./task-line.ts";
import { type PlaybookVariables, writeVariables } from "./variables-file.ts";

/** How Ansible may become root on hosts, and read a vault. */
export interface PlaybookLogin {
  readonly askBecomePass: boolean;
  readonly askVaultPass: boolean;
  readonly vaultPasswordFile?: string | undefined;
}

export interface PlaybookRequest {
  readonly playbook: "up" | "down" | "status";
  /** The project, which may have playbooks of its own. */
  readonly projectDir: string;
  /** A folder of its own, for nobody else: what a run needs lies in it until it ends. */
  readonly workFolder: string;
  /** Path of the user's own inventory; absent: it is made of the hosts. */
  readonly inventory?: string | undefined;
  /** As config.yaml names them: `user@host:port`. */
  readonly hosts: readonly string[];
  /** Tags: `microk8s`, `jenkins`, `efk`, `mongodb`. */
  readonly parts: readonly string[];
  readonly variables: PlaybookVariables;
  /** Path of a file of ansible-vault with `mlt_secrets`, in place of the secrets among the variables. */
  readonly vault?: string | undefined;
  readonly login: PlaybookLogin;
  /** Changes nothing, and finds what would be changed. */
  readonly check: boolean;
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called when a task begins, with its name. */
  readonly onStart?: (task: string) => void;
  /** Called with each result of a task. */
  readonly onTask: (result: TaskResult) => void;
}

export interface PlaybookRun {
  readonly hosts: readonly HostSummary[];
  /** What was changed, or would be. */
  readonly changes: readonly TaskResult[];
}

/**
 * Runs a playbook, and resolves when it has done everything.
 *
 * @throws {MltError} external: when Ansible or a collection is missing, a host cannot be reached, or a task fails
 */
export async function runPlaybook(request: PlaybookRequest): Promise<PlaybookRun> {
  const folder = await findPlaybooks(request.projectDir);
  return await withTemporaryFolder(
    { prefix: join(request.workFolder, ".ansible-"), mode: 0o700 },
    async (dir) => {
      const seen = watchLines(request);
      const said = await playbookProcess({
        folder,
        args: [
          ...["--inventory", request.inventory ?? (await writeInventory(dir, request.hosts))],
          ...["--tags", request.parts.join(",")],
          ...["--extra-vars", `@${await writeVariables(dir, request.variables, request.vault)}`],
          ...(request.vault === undefined ? [] : ["--extra-vars", `@${request.vault}`]),
          ...loginArguments(request.login),
          ...(request.check ? ["--check"] : []),
          join(folder, `${request.playbook}.yml`),
        ],
        env: request.env,
        timeoutMs: request.timeoutMs,
        onLine: seen.onLine,
      });
      const { hosts, results } = seen;
      if (said.exitCode !== 0) throw seen.failure() ?? unstarted(said.exitCode, said.complaints, folder);
      return { hosts: hosts(), changes: results.filter(({ state }) => state === "changed") };
    },
  );
}

function loginArguments({ askBecomePass, askVaultPass, vaultPasswordFile }: PlaybookLogin): string[] {
  return [
    ...(askBecomePass ? ["--ask-become-pass"] : []),
    ...(askVaultPass ? ["--ask-vault-pass"] : []),
    ...(vaultPasswordFile === undefined ? [] : ["--vault-password-file", vaultPasswordFile]),
  ];
}

interface SeenLines {
  readonly onLine: (line: string) => void;
  readonly results: readonly TaskResult[];
  readonly hosts: () => readonly HostSummary[];
  readonly failure: () => MltError | undefined;
}

function watchLines({ onStart, onTask }: Pick<PlaybookRequest, "onStart" | "onTask">): SeenLines {
  const results: TaskResult[] = [];
  let summaries: readonly HostSummary[] = [];
  const take = (line: PlaybookLine) => {
    if (line.kind === "start") onStart?.(line.task);
    else if (line.kind === "end") summaries = line.hosts;
    else {
      for (const result of line.results) {
        results.push(result);
        onTask(result);
      }
    }
  };
  return {
    onLine: (text) => {
      const line = playbookLine(text);
      if (line !== undefined) take(line);
    },
    results,
    hosts: () => summaries,
    failure: () => failureOf(results),
  };
}

/** The last failure counts: those before were ignored, or mended. */
function failureOf(results: readonly TaskResult[]): MltError | undefined {
  const last = results.findLast(({ state }) => state === "failed" || state === "unreachable");
  if (last === undefined) return undefined;
  const { host, task, state, message = "it says nothing more" } = last;
  if (state === "unreachable") {
    return new MltError(`Cannot reach host "${host}": ${message}`, {
      hint: "Check that ssh gets to it without a question, and infra.hosts in config.yaml.",
      exitCode: ExitCode.external,
    });
  }
  return new MltError(`Task "${task}" failed on host "${host}": ${message}`, {
    hint: hintOf(message),
    exitCode: ExitCode.external,
  });
}

function hintOf(message: string): string {
  if (/sudo|become|password is required/i.test(message)) {
    return "Add --ask-become-pass, or let the user of the host use sudo without a password.";
  }
  return "Mend that, and run it again: it goes on where it stopped.";
}

/** Ansible ended before any task. */
function unstarted(exitCode: number, complaints: readonly string[], folder: string): MltError {
  const text = complaints.join("\n");
  const why = complaints.find((line) => /ERROR/.test(line)) ?? complaints.at(-1) ?? `exit code ${exitCode}`;
  return new MltError(
    `ansible-playbook failed: ${why.replace(/^\[?ERROR\]?[:!]?\s*/, "").replace(/\.$/, "")}`,
    {
      hint: unstartedHint(text, folder),
      exitCode: ExitCode.external,
    },
  );
}

function unstartedHint(text: string, folder: string): string {
  if (/resolve module|callback plugin|collection/i.test(text)) {
    return `Run: ansible-galaxy collection install -r "${join(folder, "requirements.yml")}".`;
  }
  if (/vault/i.test(text)) return "Add --ask-vault-pass or --vault-password-file.";
  return "Check the inventory, and the playbooks if they are your own.";
}
