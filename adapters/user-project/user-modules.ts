import { pathToFileURL } from "node:url";

/** A module that user code may import with nothing installed. */
export interface UserModule {
  readonly load: () => Promise<object>;
  /** Where the module lies in the source: how Deno finds it. The compiled binary has no such place. */
  readonly url: () => string;
}

export type UserModules = Readonly<Record<string, UserModule>>;

/** What is announced, by name. */
const loaded = new Map<string, object>();

/** Gives user code the modules by name; they win over packages of the same name in the user's node_modules. */
export async function installUserModules(modules: UserModules): Promise<void> {
  if (loaded.size > 0) return;
  // Loaded before they are announced: afterwards their own names would lead back to the announcement.
  // Deno besides can open native add-ons only before a load hook exists.
  for (const [name, { load }] of Object.entries(modules)) loaded.set(name, { ...(await load()) });
  if (process.versions.bun !== undefined) announceToBun();
  else await announceToDeno(modules);
}

/** The names that a module gives to user code, in order; nothing of a module that is not ours. */
export function exportsOf(name: string): readonly string[] | undefined {
  const exports = loaded.get(name);
  return exports && Object.keys(exports).sort();
}

/** Imports a file of the user's project, TypeScript or JavaScript. */
export async function importUserFile(path: string): Promise<Record<string, unknown>> {
  return await import(pathToFileURL(path).href);
}

/** Imports JavaScript that is at hand as text. */
export async function importUserText(text: string): Promise<Record<string, unknown>> {
  return await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);
}

function announceToBun(): void {
  Bun.plugin({
    name: "mlt-user-modules",
    setup(build) {
      for (const [name, exports] of loaded)
        build.module(name, () => ({ exports: { ...exports }, loader: "object" }));
    },
  });
}

async function announceToDeno(modules: UserModules): Promise<void> {
  // Bun has no such export, and would refuse the whole file.
  const urls = new Map(Object.entries(modules).map(([name, { url }]) => [name, url()]));
  const { registerHooks } = await import("node:module");
  registerHooks({
    resolve(specifier, context, next) {
      const url = urls.get(specifier);
      if (url === undefined || context.parentURL?.includes("/node_modules/")) return next(specifier, context);
      return { url, shortCircuit: true };
    },
    // Without a load hook Deno resolves the whole graph before the first hook runs.
    load: (url, context, next) => {
      const loaded = next(url, context);
      // With one it takes the JSON that a CommonJS module requires for code.
      const isData = url.endsWith(".json") && loaded.format === undefined;
      return isData ? { ...loaded, format: "json" } : loaded;
    },
  });
}
