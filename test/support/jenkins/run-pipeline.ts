import { join } from "node:path";
import { launch } from "../mlt.ts";

/** A step of a pipeline that ran. */
export interface PipelineStep {
  readonly stage: string | null;
  readonly step: string;
  /** Of `sh`: what it was given, and how it ended. */
  readonly script?: string;
  readonly status?: number;
  /** Of what publishes: where it looked, and how many files it found. */
  readonly pattern?: string;
  readonly found?: number;
  /** Of `withCredentials`. */
  readonly variables?: readonly string[];
}

interface PipelineDirective {
  readonly name: string;
  readonly arguments: readonly unknown[];
}

export interface PipelineRun {
  readonly result: "SUCCESS" | "FAILURE";
  readonly agent: string;
  /** What the directives of these names say. */
  readonly parameters: readonly PipelineDirective[];
  readonly triggers: readonly PipelineDirective[];
  readonly options: readonly PipelineDirective[];
  readonly steps: readonly PipelineStep[];
  /** What its programs printed, commands included, as `sh -xe` does it. Nothing is masked. */
  readonly log: string;
}

export interface PipelineRequest {
  readonly file: string;
  /** The folder that its commands run in. */
  readonly workspace: string;
  readonly params?: Readonly<Record<string, string | boolean>>;
  /** Whether the job has never run, so that programs are told of no parameter. */
  readonly isFirst?: boolean;
  readonly credentials?: Readonly<Record<string, { username: string; password: string } | { file: string }>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs Jenkinsfiles one after the other by the Groovy of Jenkins, without Jenkins. @throws when one is none */
export async function runPipelines(requests: readonly PipelineRequest[]): Promise<PipelineRun[]> {
  const whole = requests.map(({ params = {}, credentials = {}, env, ...request }) => ({
    ...request,
    params,
    credentials,
    env: { PATH: process.env["PATH"] ?? "", HOME: request.workspace, ...env },
  }));
  const program = ["groovy", join(import.meta.dirname, "run-pipeline.groovy")];
  const started = launch(program, { cwd: requests[0]?.workspace ?? "." });
  started.child.stdin?.end(JSON.stringify(whole));
  const { exitCode, stdout, stderr } = await started.finished;
  if (exitCode !== 0) throw new Error(`There is no pipeline in one of these:\n${stdout}${stderr}`);
  return JSON.parse(stdout);
}

/** The commands of its `sh` steps, in order. */
export function commandsOf({ steps }: PipelineRun): string[] {
  return steps.flatMap(({ step, script }) => (step === "sh" && script !== undefined ? [script] : []));
}
