import { createRequire } from "node:module";

/**
 * Sets a variable where native libraries read it.
 * Bun keeps `process.env` apart from the C environment, so there it takes libc's own setenv; Node and Deno pass it on.
 */
export function setNativeEnvironment(name: string, value: string): void {
  process.env[name] = value;
  if (process.versions.bun === undefined) return;
  const { dlopen } = createRequire(import.meta.url)("bun:ffi");
  const libc = process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6";
  const { symbols } = dlopen(libc, { setenv: { args: ["cstring", "cstring", "i32"], returns: "i32" } });
  symbols.setenv(Buffer.from(`${name}\0`), Buffer.from(`${value}\0`), 1);
}
