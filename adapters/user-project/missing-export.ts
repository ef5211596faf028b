import { nearest } from "../../core/nearest.ts";
import { exportsOf } from "./user-modules.ts";

/** How JavaScriptCore and V8 say it: neither tells it in fields of its own. */
const sentences = [
  /^Export named '(?<name>[^']+)' not found in module '(?<module>[^']+)'/,
  /^The requested module '(?<module>[^']+)' does not provide an export named '(?<name>[^']+)'/,
];

/** A name that a project imports, and a module that mlt brings has not. */
export interface MissingExport {
  readonly name: string;
  readonly module: string;
  /** What to import in its place. */
  readonly hint: string;
}

/** What the failure of an import is about; nothing when the module is somebody else's. */
export function missingExport(cause: unknown): MissingExport | undefined {
  if (!(cause instanceof SyntaxError)) return undefined;
  const groups = sentences.map((sentence) => sentence.exec(cause.message)?.groups).find(Boolean);
  const { name, module } = groups ?? {};
  const names = module === undefined ? undefined : exportsOf(module);
  if (name === undefined || module === undefined || names === undefined) return undefined;
  const meant = nearest(name, names);
  return { name, module, hint: meant === undefined ? `It has ${names.join(", ")}.` : `Write ${meant}.` };
}
