import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { type LineProcess, lineProcess } from "../../adapters/line-process.ts";
import { ownProgram } from "../../adapters/own-program.ts";
import { type Watch, watchFiles } from "../../adapters/watch-files.ts";
import { say, warn } from "../output.ts";
import { reportError } from "../report-error.ts";
import { type Project, readProject } from "./open-project.ts";
import { type Period, withoutOwnWrites } from "./own-writes.ts";
import { changesTraining, restartSettings } from "./project-change.ts";

/** What editors and tools put beside the files that people write. */
const passing = /^\.|~$|^#.*#$|\.(?:swp|swx|tmp|bak|orig)$|___jb_\w+___$|^4913$|^node_modules$|^__pycache__$/;

/** How long a training may take to end when the service ends. */
const endPatienceMs = 5_000;

/**
 * Trains the project anew, as a program of its own, when its source, config.yaml or .env change; one training at a time.
 * The model that it writes is another's to take. `close` ends a training that goes on.
 */
export async function watchSources(project: Project): Promise<Watch> {
  const { root, config, sourceDir, modelDir } = project;
  // A service may be run where only the model is.
  const isHere = existsSync(sourceDir);
  const settings = [join(root, "config.yaml"), join(root, ".env")];
  const isSetting = (path: string) => settings.includes(path);
  const shown = (path: string) => relative(root, path);
  const training = projectTraining(project);
  const foreign = withoutOwnWrites((path) =>
    warn(`${shown(path)} is written by every training: no change of it starts another`),
  );
  let current = project;
  const change = async (all: readonly string[]) => {
    const changed = foreign(all, training.last());
    const next = changed.some(isSetting) ? await readAgain(current) : current;
    for (const name of restartSettings(current, next))
      warn(`${name} has changed: restart mlt serve to use it`);
    const isNew = changesTraining(current, next) || changed.some((path) => !isSetting(path));
    current = next;
    if (!isNew) return;
    say(`${listed(changed.map(shown))} changed: training`);
    await training.run();
  };
  const watching = await watchFiles({
    paths: isHere ? [sourceDir, ...settings] : [],
    counts: (name, path) => !passing.test(name) && path !== modelDir && !isSetting(path),
    onChange: change,
  });
  say(`Watching ${[...(isHere ? [config.source, "config.yaml", ".env"] : []), config.model_bin].join(", ")}`);
  return {
    close: async () => {
      await Promise.all([watching.close(), training.end()]);
    },
  };
}

/** The project as it is now, or as it was where its settings are wrong. */
async function readAgain(project: Project): Promise<Project> {
  try {
    return await readProject(project.root, project.given);
  } catch (cause) {
    reportError(cause, process.argv.slice(2));
    return project;
  }
}

/** Trainings of the project by another process: they neither hold up the service nor leave anything in it. */
function projectTraining({ root, given }: Project) {
  let last: Period | undefined;
  let running: LineProcess | undefined;
  let isEnding = false;
  return {
    /** When the last one ran. */
    last: () => last,
    async run() {
      if (isEnding) return;
      const startedMs = Date.now();
      const own = ownProgram();
      running = lineProcess({
        command: [own.program, ...own.args, "train", "--dir", root],
        // Without what .env had set when the service began: it may have changed.
        env: given.environment,
        onLine: say,
      });
      const failure = await running.ended.then(
        (code) => (code === 0 ? undefined : `exit code ${code}`),
        (cause: unknown) => String(cause),
      );
      last = { startedMs, endedMs: Date.now() };
      if (failure !== undefined && !isEnding)
        warn(`The training failed (${failure}); the model that answers stays`);
    },
    async end() {
      isEnding = true;
      await running?.end(endPatienceMs);
    },
  };
}

/** `a`, `a, b`, or `a, b and 3 more`. */
function listed(paths: readonly string[]): string {
  const [first, second, ...more] = paths;
  const named = [first, second].filter((path) => path !== undefined).join(", ");
  return more.length === 0 ? named : `${named} and ${more.length} more`;
}
