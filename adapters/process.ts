import { spawn } from "node:child_process";

/** Runs a program on this terminal and resolves with its exit code; a signal that ended it counts 128 and up. */
export async function runAttached(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<number> {
  const child = spawn(program, args, { ...options, env: { ...options.env }, stdio: "inherit" });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 128)));
  });
}
