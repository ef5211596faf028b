import { availableParallelism } from "node:os";
import type { Contender } from "./contender.ts";
import { highest } from "./contender.ts";
import { must } from "./iris.ts";

interface ProbaRow {
  readonly class_names: readonly string[];
  readonly probabilities: readonly number[];
}

/** `mlt serve` with one worker, and as it is; they are the same where the binary has no workers. */
export interface MltContenders {
  readonly one: Contender;
  readonly usual: Contender | undefined;
}

/** As many as cores that this process may use: the default of `mlt serve`. */
export const usualWorkers = availableParallelism();

export function mltContenders(mlt: string, project: string): MltContenders {
  const hasWorkers = must(mlt, ["serve", "--help"]).includes("--workers");
  const serve = (name: string, flags: readonly string[]): Contender => ({
    ...likeMlt,
    name,
    commands: async (port) => [
      {
        program: mlt,
        args: ["serve", "--dir", project, "--port", `${port}`, ...flags],
        // The others log no request either.
        env: { MLT_SERVE__ACCESS_LOG: "errors" },
      },
    ],
  });
  if (!hasWorkers) return { one: serve("mlt, no workers", []), usual: undefined };
  return { one: serve("mlt --workers 1", ["--workers", "1"]), usual: serve("mlt", []) };
}

/** The route, request and answer of mlt, which its predecessor's stack shares. */
export const likeMlt = {
  path: "/api/proba_predictions",
  body: (rows) => JSON.stringify(rows),
  classes(answer) {
    const rows: readonly ProbaRow[] = JSON.parse(answer);
    return rows.map(({ class_names, probabilities }) => class_names[highest(probabilities)] ?? "");
  },
} as const satisfies Omit<Contender, "name" | "commands">;

/** The same server, asked for classes without probabilities. */
export function forClasses(contender: Contender): Contender {
  return {
    ...contender,
    path: "/api/predictions",
    classes(answer) {
      const rows: readonly { readonly class_name: string }[] = JSON.parse(answer);
      return rows.map(({ class_name }) => class_name);
    },
  };
}
