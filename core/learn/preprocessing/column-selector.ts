import { type Static, Type } from "@sinclair/typebox";
import { MltError } from "../../errors.ts";
import { readOptions } from "../options.ts";
import type { TableColumn } from "../table.ts";

const Options = Type.Object(
  {
    dtypeInclude: Type.Optional(
      Type.Union([Type.Literal("number"), Type.Literal("text")], { description: '"number" or "text"' }),
    ),
    pattern: Type.Optional(Type.String({ description: "a regular expression as text" })),
  },
  { additionalProperties: false },
);

/** Which columns: all that hold numbers (booleans too) or text, and whose name matches the pattern somewhere. */
export type ColumnSelectorOptions = Partial<Static<typeof Options>>;

/** Columns that `fit` chooses. */
export class ColumnSelector {
  readonly kind = "columnSelector";
  readonly #holds: TableColumn["kind"] | undefined;
  readonly #pattern: RegExp;

  constructor({ dtypeInclude, pattern }: ColumnSelectorOptions) {
    this.#holds = dtypeInclude;
    this.#pattern = readPattern(pattern ?? "");
  }

  /** The names of those that it chooses, in their order. @throws {MltError} when there is none */
  choose(columns: readonly TableColumn[]): readonly string[] {
    const names = columns
      .filter(({ kind, name }) => (this.#holds ?? kind) === kind && this.#pattern.test(name))
      .map(({ name }) => name);
    if (names.length > 0) return names;
    throw new MltError(
      `makeColumnSelector() finds no column among ${columns.map(({ name }) => name).join(", ")}`,
      {
        hint: "Leave the branch out, or select other columns.",
      },
    );
  }
}

/**
 * Selects the columns of a branch of columnTransformer by what they hold, or by a pattern of their names.
 *
 * @throws {MltError} when an option is unknown or the pattern is no regular expression
 */
export function makeColumnSelector(options: ColumnSelectorOptions = {}): ColumnSelector {
  return new ColumnSelector(readOptions("makeColumnSelector()", Options, options));
}

function readPattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch (cause) {
    throw new MltError(`makeColumnSelector() cannot read "${pattern}" as its option "pattern"`, {
      hint: "Give a regular expression as text.",
      cause,
    });
  }
}
