import { type Document, isScalar, LineCounter, parseDocument, type YAMLError } from "yaml";
import type { Problem } from "./problem.ts";
import type { Path } from "./schema-problems.ts";
import { follow, nodeFaults, offsetOf, tooDeep } from "./yaml-nodes.ts";

/** A file by the name that its errors show. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** Line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** YAML as plain data that still knows where each value was written. */
export interface YamlText {
  /** Unchecked; `undefined` when the text is not YAML. */
  readonly data: unknown;
  /** Of the syntax alone. */
  readonly problems: readonly Problem[];
  /** Of the last thing on the path that was written. */
  position(path: Path, at: "key" | "value"): Position;
  /** A scalar as it was written: `1.0`, `0x10`, `.inf`. */
  written(path: Path): string | undefined;
}

/** Reads YAML 1.2; whatever the text holds, the result is data or problems, never an exception. */
export function yamlText({ name, text }: TextFile): YamlText {
  const source = text.replace(/^\uFEFF/, "");
  const unreadable = notText(source);
  if (unreadable !== undefined) return withoutData({ source: name, ...unreadable });

  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    resolveKnownTags: false,
  });
  const { data, faults } = plainData(document, source);
  return {
    data,
    problems: faults.map(({ offset, message }) => ({ source: name, ...positionAt(lines, offset), message })),
    position(path, at) {
      const step = follow(document, path).at(-1);
      return positionAt(lines, offsetOf(at === "key" ? step?.key : (step?.value ?? step?.key)));
    },
    written(path) {
      const node = follow(document, path).at(-1)?.value;
      return isScalar(node) && node.source !== "" ? node.source : undefined;
    },
  };
}

function withoutData(problem: Problem): YamlText {
  const start = { line: 1, column: 1 };
  return { data: undefined, problems: [problem], position: () => start, written: () => undefined };
}

function notText(text: string): Omit<Problem, "source"> | undefined {
  if (text.trim() === "") return { line: 1, column: 1, message: "The file is empty" };
  const end = text.indexOf("\0");
  if (end === -1) return undefined;
  const before = text.slice(0, end).split("\n");
  const column = (before.at(-1) ?? "").length + 1;
  return { line: before.length, column, message: "The file is not text: it holds a NUL byte" };
}

interface Fault {
  readonly offset: number;
  readonly message: string;
}

function plainData(document: Document, text: string): { data?: unknown; faults: readonly Fault[] } {
  const fault = (error: YAMLError) => ({ offset: error.pos[0], message: sentence(error, text) });
  // One slip of syntax brings more errors with it; only the first means something.
  const slip = document.errors.find((error) => error.code !== "DUPLICATE_KEY");
  if (slip !== undefined) return { faults: [fault(slip)] };
  const fatal = nodeFaults(document);
  if (fatal.length > 0) return { faults: fatal };
  const faults = [...document.errors, ...document.warnings].map(fault);
  try {
    return { data: document.toJS(), faults };
  } catch (error) {
    // Unresolved aliases are reported above, so this is the library's limit on what aliases may repeat.
    if (!(error instanceof ReferenceError)) throw error;
    return { faults: [{ offset: 0, message: "The file repeats too much of itself by aliases" }] };
  }
}

function sentence(error: YAMLError, text: string): string {
  switch (error.code) {
    case "DUPLICATE_KEY":
      return `Key "${/^["']?([^"':\n]*)/.exec(text.slice(error.pos[0]))?.[1] ?? ""}" is there twice`;
    case "TAB_AS_INDENT":
      return "Indented by a tab; use spaces";
    case "MULTIPLE_DOCS":
      return "Expected one YAML document, not several";
    case "NON_STRING_KEY":
      return "Expected a key to be plain text";
    case "RESOURCE_EXHAUSTION":
      return tooDeep;
    case "BLOCK_AS_IMPLICIT_KEY":
      return 'Cannot read a second ": " on one line; quote the value, or mend the indentation';
    case "TAG_RESOLVE_FAILED":
      return "Cannot read a YAML tag; write the plain value";
    case "UNEXPECTED_TOKEN":
      // The library's own message quotes the text, which may be a secret.
      return "Cannot read what follows; check quotes, brackets and indentation";
    default:
      return error.message;
  }
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
