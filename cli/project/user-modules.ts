import { loadOnnxRuntime } from "../../adapters/onnxruntime/load-onnxruntime.ts";
import { strayFailure } from "../../adapters/user-project/user-error.ts";
import { libraryModules } from "../../adapters/user-project/user-module-table.ts";
import { installUserModules, type UserModules } from "../../adapters/user-project/user-modules.ts";
import { projectConsole } from "../output.ts";
import { reportError } from "../report-error.ts";

/** Every module that a project's tests may import with nothing installed. */
const testModules: UserModules = {
  ...libraryModules,
  "mlt/testing": {
    load: () => import("./testing.ts"),
    url: () => new URL("./testing.ts", import.meta.url).href,
  },
};

/**
 * Ends the run where the project's code fails with nobody waiting for it, before a model is written.
 *
 * @param root  the project's folder
 */
export function endOnStrayFailure(root: string): void {
  // Its own exit: while project code runs, process.exit is refused.
  const exit = process.exit.bind(process);
  const end = (cause: unknown) =>
    exit(reportError(strayFailure(root, cause) ?? cause, process.argv.slice(2)));
  for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, end);
}

/** Lets a project's code be imported; what it prints goes to stderr, since stdout is the result. */
export async function allowProjectCode(): Promise<void> {
  Object.assign(globalThis, { console: projectConsole() });
  // Deno can open a native add-on only before user code is allowed, and the model needs this one after it.
  await loadOnnxRuntime();
  await installUserModules(libraryModules);
}

/** Lets a project's tests be imported. */
export async function allowProjectTests(): Promise<void> {
  await installUserModules(testModules);
}
