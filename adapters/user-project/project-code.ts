import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { MltError } from "../../core/errors.ts";
import type { Frame } from "../../core/learn/frame.ts";
import { nearest } from "../../core/nearest.ts";
import type { OpenPreprocessor, ProjectCode, ProjectPreprocessor } from "../../core/ports.ts";
import { bundleExport } from "./bundle.ts";
import { runUserCode, runUserCodeSync, type UserCall } from "./user-error.ts";
import { importUserFile, importUserText } from "./user-modules.ts";

export interface ProjectFolders {
  /** The project's folder: errors name files from here. */
  readonly root: string;
  /** The folder of data/ and model/. */
  readonly source: string;
  /** Modules that user code imports without a file of its own. */
  readonly modules: readonly string[];
}

const methods = ["splitXy", "fitX", "processX", "fitY", "processY"] as const;

/** Loads what the project's people wrote. @throws {MltError} that names a file, a class or a function that is missing */
export async function loadProjectCode({ root, source, modules }: ProjectFolders): Promise<ProjectCode> {
  const trainPath = join(source, "model", "train.ts");
  const loadData = await dataLoader(root, loaderFile(source));
  const [Preprocessor, trainModel, getClasses] = await load(root, trainPath, [
    "Preprocessor",
    "trainModel",
    "getClasses",
  ]);
  return {
    loadData,
    newPreprocessor: () => guarded(Preprocessor, { root, file: trainPath }),
    trainModel: (X, y) =>
      runUserCode({ called: "trainModel", root, file: trainPath }, () =>
        callable(trainModel, "trainModel")(X, y),
      ),
    getClasses: (model) =>
      runUserCodeSync({ called: "getClasses", root, file: trainPath }, () => {
        const classes = callable(getClasses, "getClasses")(model);
        if (Array.isArray(classes)) return classes;
        throw new MltError("getClasses must return an array of class names", {
          hint: "Return model.classes.",
        });
      }),
    bundlePreprocessor: () =>
      runUserCode({ called: "The bundling of Preprocessor", root, file: trainPath }, () =>
        bundleExport(trainPath, "Preprocessor", modules),
      ),
  };
}

/** Loads the project's DataLoader alone; nothing where it has none. @throws {MltError} as `loadProjectCode` does */
export async function loadDataLoader({
  root,
  source,
}: Omit<ProjectFolders, "modules">): Promise<ProjectCode["loadData"] | undefined> {
  const path = loaderFile(source);
  return existsSync(path) ? await dataLoader(root, path) : undefined;
}

function loaderFile(source: string): string {
  return join(source, "data", "data_loader.ts");
}

async function dataLoader(root: string, file: string): Promise<ProjectCode["loadData"]> {
  const [DataLoader] = await load(root, file, ["DataLoader"]);
  return (options) =>
    runUserCode({ called: "DataLoader.loadData", root, file }, () => {
      const loader = construct(DataLoader, "DataLoader");
      return method(loader, "loadData", "DataLoader").call(loader, options) as Frame;
    });
}

/** Loads a preprocessor.js that `bundlePreprocessor` made. */
export const openPreprocessor: OpenPreprocessor = async (bundle) => {
  const module = await runUserCode({ called: "preprocessor.js", root: "/" }, () => importUserText(bundle));
  return guarded(module["Preprocessor"], { root: "/" });
};

async function load(root: string, path: string, names: readonly string[]): Promise<unknown[]> {
  const shown = relative(root, path);
  if (!existsSync(path)) {
    throw new MltError(`There is no ${shown}`, {
      hint: "Run mlt init to see a whole project, or set source in config.yaml.",
    });
  }
  const module = await runUserCode({ called: `Loading ${shown}`, root, file: path }, () =>
    importUserFile(path),
  );
  return names.map((name) => {
    if (name in module || name === "getClasses") return module[name];
    const guess = nearest(name, Object.keys(module));
    const found = guess === undefined ? "" : `; there is "${guess}"`;
    throw new MltError(`${shown} exports no ${name}${found}`, { hint: `Export ${name} from ${shown}.` });
  });
}

/** An instance whose failures are told as the user's. */
function guarded(Preprocessor: unknown, where: Omit<UserCall, "called">): ProjectPreprocessor {
  const instance = runUserCodeSync({ ...where, called: "new Preprocessor" }, () => {
    const made = construct(Preprocessor, "Preprocessor");
    for (const name of methods) method(made, name, "Preprocessor");
    return made;
  });
  return new Proxy(instance, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function" || typeof name === "symbol") return value;
      return (...args: unknown[]) =>
        runUserCodeSync({ ...where, called: `Preprocessor.${name}` }, () =>
          Reflect.apply(value, target, args),
        );
    },
  }) as ProjectPreprocessor;
}

function construct(Class: unknown, name: string): object {
  if (typeof Class !== "function") {
    throw new MltError(`${name} must be a class`, { hint: `Write: export class ${name} { … }` });
  }
  const instance: unknown = Reflect.construct(Class, []);
  if (typeof instance !== "object" || instance === null) throw new RangeError(`${name} made no object`);
  return instance;
}

function method(instance: object, name: string, owner: string): (...args: unknown[]) => unknown {
  const value: unknown = Reflect.get(instance, name);
  if (typeof value === "function") return value as (...args: unknown[]) => unknown;
  throw new MltError(`${owner} has no method ${name}`, { hint: `Add ${name} to the class ${owner}.` });
}

function callable(value: unknown, name: string): (...args: unknown[]) => unknown {
  if (typeof value === "function") return value as (...args: unknown[]) => unknown;
  throw new MltError(`${name} is no exported function`, {
    hint: `Export function ${name}.`,
  });
}
