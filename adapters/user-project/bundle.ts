import { MltError } from "../../core/errors.ts";

/**
 * One export of a user's file with all that it imports, as one JavaScript module; the same code gives the same text.
 *
 * @param external  names of modules that stay imports
 */
export async function bundleExport(path: string, name: string, external: readonly string[]): Promise<string> {
  if (process.versions.bun === undefined) {
    throw new MltError("Deno cannot bundle a processX of the project's own", {
      hint: "Train with the compiled mlt, or make processX of mlt's transformers alone.",
    });
  }
  const entry = "/mlt-entry.ts";
  const built = await Bun.build({
    entrypoints: [entry],
    files: { [entry]: `export { ${name} } from ${JSON.stringify(path)};` },
    external: [...external],
    target: "bun",
    format: "esm",
    // Without it the text has comments that say where the files lie on this machine.
    minify: { whitespace: true },
  });
  const [output] = built.outputs;
  if (output === undefined) throw new RangeError("The bundler wrote nothing");
  return await output.text();
}
