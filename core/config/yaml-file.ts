import type { Static, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { Problem } from "./problem.ts";
import { type Fault, type Path, schemaProblems } from "./schema-problems.ts";
import { type Position, type TextFile, yamlText } from "./yaml-text.ts";

/** A YAML file held against its schema. */
export interface YamlFile {
  /** What the file says, valid only when there is no problem; `undefined` when it is not YAML at all. */
  readonly data: unknown;
  /** Of syntax and schema, in the order of the file. */
  readonly problems: readonly Problem[];
  /** The fault with its line and column: how a reader adds its own. */
  readonly problem: (fault: Fault) => Problem;
  position(path: Path): Position;
}

/** Reads the file and finds every problem at once; `prepare` may fill in what the schema lets the user leave out. */
export function yamlFile(
  file: TextFile,
  schema: TSchema,
  prepare: (data: unknown) => unknown = (data) => data,
): YamlFile {
  const yaml = yamlText(file);
  const data = yaml.data === undefined ? undefined : prepare(yaml.data);
  const problem = ({ path, at, message }: Fault): Problem => ({
    source: file.name,
    ...yaml.position(path, at),
    message,
  });
  const ofSchema = data === undefined ? [] : schemaProblems(schema, data, { written: yaml.written });
  return {
    data,
    problems: inFileOrder([...yaml.problems, ...ofSchema.map(problem)]),
    problem,
    position: (path) => yaml.position(path, "value"),
  };
}

/** The problems by line, then column. */
export function inFileOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** The data as the schema's type. @throws {RangeError} when a problem of it was overlooked */
export function validated<S extends TSchema>(schema: S, data: unknown): Static<S> {
  if (!Value.Check(schema, data)) throw new RangeError("Cannot use data that breaks its schema");
  return data;
}
