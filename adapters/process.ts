import { spawn } from "node:child_process";
import { constants } from "node:os";

/** Runs a program on this terminal and resolves with its exit code, 128 and the signal's number where one ended it. */
export async function runAttached(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<number> {
  const child = spawn(program, args, { ...options, env: { ...options.env }, stdio: "inherit" });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}
