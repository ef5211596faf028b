import { type ChildProcess, spawn } from "node:child_process";
import { ownProgram } from "./own-program.ts";

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Another process of this program that this one talks to, on the same stderr. */
export interface WorkerProcess {
  send(message: unknown): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended, also where it could not be started. */
  readonly ended: Promise<WorkerEnd>;
}

/** Says in a worker's environment that it is one, and what for. */
const workerVariable = "MLT_WORKER";

const roles = ["serve", "deliver"] as const;

/** What a worker is for: to answer requests, or to deliver the prediction log. */
export type WorkerRole = (typeof roles)[number];

export interface StartWorkerOptions {
  readonly role: WorkerRole;
  /** The arguments of the command that finds out by `parentProcess` that it is a worker. */
  readonly args: readonly string[];
  readonly onMessage: (message: unknown) => void;
}

/** Starts this program again. */
export function startWorker({ role, args, onMessage }: StartWorkerOptions): WorkerProcess {
  const own = ownProgram();
  const child = spawn(own.program, [...own.args, ...args], {
    env: { ...process.env, [workerVariable]: role },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.on("message", (sent) => onMessage(received(sent)));
  return {
    // One that is ending hears nothing more; that it has ended is told by `ended`.
    send: (message) => void (child.connected && child.send(toSend(message), () => undefined)),
    kill: (signal) => void child.kill(signal),
    ended: endOf(child),
  };
}

function endOf(child: ChildProcess): Promise<WorkerEnd> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ code: null, signal: null }));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

/** The process that started this one as a worker. */
export interface ParentProcess {
  /** What it has started this process for. */
  readonly role: WorkerRole;
  send(message: unknown): void;
  onMessage(take: (message: unknown) => void): void;
  /** Calls `end` when the parent is gone, and nobody would restart or end this process any more. */
  onGone(end: () => void): void;
  /** Talks no more, so that this process can end. */
  leave(): void;
}

/** The parent of a worker; `undefined` where this process was started by somebody else. */
export function parentProcess(): ParentProcess | undefined {
  const role = roles.find((known) => known === process.env[workerVariable]);
  if (role === undefined || process.send === undefined) return undefined;
  // What the project's own code starts is no worker.
  delete process.env[workerVariable];
  return {
    role,
    // A parent that is gone, or ends this process, hears nothing more.
    send: (message) =>
      void (process.connected && process.send?.(toSend(message), undefined, {}, () => undefined)),
    onMessage: (take) => void process.on("message", (sent) => take(received(sent))),
    onGone: (end) => void process.once("disconnect", end),
    leave: () => {
      if (process.connected) process.disconnect?.();
    },
  };
}

/** In an object, as not every value can be sent bare. */
function toSend(message: unknown): object {
  return { message };
}

function received(sent: unknown): unknown {
  return typeof sent === "object" && sent !== null && "message" in sent ? sent.message : undefined;
}
