import { embedded } from "./embedded.ts";

/** How this very program is started again: before its own arguments. */
export function ownProgram(): { readonly program: string; readonly args: readonly string[] } {
  const { execPath, argv, versions } = process;
  if (embedded !== undefined) return { program: execPath, args: [] };
  const [, script = ""] = argv;
  return versions.bun === undefined
    ? // To share a port is unstable in Deno.
      { program: execPath, args: ["run", "-A", "--unstable-net", "--no-lock", script] }
    : { program: execPath, args: [script] };
}
