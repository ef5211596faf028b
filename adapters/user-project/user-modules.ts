import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

/** A module that user code may import with nothing installed. */
export interface UserModule {
  readonly load: () => Promise<object>;
  /** Where the module lies in the source: how Deno finds it. */
  readonly url: string;
}

export type UserModules = Readonly<Record<string, UserModule>>;

let installed = false;

/** Gives user code the modules by name; they win over packages of the same name in the user's node_modules. */
export async function installUserModules(modules: UserModules): Promise<void> {
  if (installed) return;
  installed = true;
  if (process.versions.bun !== undefined) installOnBun(modules);
  else await installOnDeno(modules);
}

/** Imports a file of the user's project, TypeScript or JavaScript. */
export async function importUserFile(path: string): Promise<Record<string, unknown>> {
  return await import(pathToFileURL(path).href);
}

/** Imports JavaScript that is at hand as text. */
export async function importUserText(text: string): Promise<Record<string, unknown>> {
  return await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);
}

function installOnBun(modules: UserModules): void {
  Bun.plugin({
    name: "mlt-user-modules",
    setup(build) {
      for (const [name, { load }] of Object.entries(modules)) {
        build.module(name, async () => ({ exports: { ...(await load()) }, loader: "object" }));
      }
    },
  });
}

async function installOnDeno(modules: UserModules): Promise<void> {
  // Deno can open native add-ons only before a load hook exists.
  for (const { load } of Object.values(modules)) await load();
  registerHooks({
    resolve(specifier, context, next) {
      const module = modules[specifier];
      if (module === undefined || context.parentURL?.includes("/node_modules/"))
        return next(specifier, context);
      return { url: module.url, shortCircuit: true };
    },
    // Without a load hook Deno resolves the whole graph before the first hook runs.
    load: (url, context, next) => next(url, context),
  });
}
