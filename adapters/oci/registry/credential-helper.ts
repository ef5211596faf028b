import { spawn } from "node:child_process";
import { isMap } from "../../../core/config/is-map.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";
import type { Credentials } from "./credentials.ts";

const patienceMs = 30_000;

/**
 * Asks `docker-credential-<name>` for what it keeps of a registry.
 *
 * @see https://github.com/docker/docker-credential-helpers
 * @throws {MltError} with the exit code 4 where it cannot be asked
 */
export async function askCredentialHelper(
  name: string,
  registry: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name)) throw failed(program, "that is no name of a program");
  const { exitCode, stdout } = await run(program, registry, env);
  if (exitCode !== 0) {
    // How all of them say that nobody has logged in.
    if (/credentials not found/i.test(stdout)) return undefined;
    throw failed(program, `it ended with code ${exitCode}`);
  }
  return credentialsOf(stdout) ?? Promise.reject(failed(program, "its answer has no credentials"));
}

function credentialsOf(stdout: string): Credentials | undefined {
  let data: unknown;
  try {
    data = JSON.parse(stdout);
  } catch (error) {
    // Its message would quote a secret.
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (!isMap(data)) return undefined;
  const { Username: username, Secret: secret } = data;
  if (typeof username !== "string" || typeof secret !== "string") return undefined;
  return username === "<token>" ? { identityToken: secret } : { username, password: secret };
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
}

function run(
  program: string,
  input: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  const child = spawn(program, ["get"], {
    env: { ...env },
    stdio: ["pipe", "pipe", "ignore"],
    timeout: patienceMs,
  });
  return new Promise((resolve, reject) => {
    let stdout = "";
    child.once("error", () => reject(failed(program, "it cannot be run")));
    child.once("close", (code, signal) => {
      if (signal === null) resolve({ exitCode: code ?? 1, stdout });
      else reject(failed(program, "it was ended"));
    });
    child.stdout.setEncoding("utf8").on("data", (part) => {
      stdout += part;
    });
    // It may end without having read; what it said counts.
    child.stdin.on("error", () => child.stdin.destroy());
    child.stdin.end(input);
  });
}

function failed(program: string, reason: string): MltError {
  return new MltError(`Cannot ask ${program}, where docker login keeps its logins: ${reason}`, {
    hint: "Check credHelpers and credsStore in Docker's config.json, or log in again by docker login.",
    exitCode: ExitCode.external,
  });
}
