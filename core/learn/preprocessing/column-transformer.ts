import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import type { Transformer } from "../estimator.ts";
import { readOptions } from "../options.ts";
import type { Table } from "../table.ts";
import { ColumnSelector } from "./column-selector.ts";
import { requireTableTransformer } from "./pipeline.ts";
import { badState, type FittedTransform, TableTransformer, trainedRows } from "./table-transformer.ts";

const who = "columnTransformer()";

const Options = Type.Object(
  {
    remainder: Type.Union([Type.Literal("drop"), Type.Literal("passthrough")], {
      default: "drop",
      description: '"drop" or "passthrough"',
    }),
  },
  { additionalProperties: false },
);

/** `remainder` says what becomes of the columns that no branch names: they come last, or not at all. */
export type ColumnTransformerOptions = Partial<Static<typeof Options>>;

/** A transformer, or `"passthrough"` for none, and the columns that it is given. */
export type ColumnBranch = readonly [Transformer | "passthrough", readonly string[] | ColumnSelector];

const Names = Type.Array(Type.String());
const State = Type.Object(
  {
    branches: Type.Array(Type.Unknown()),
    remainder: Names,
    /** Of each branch, what its selector chose, else null; models of before there were selectors lack it. */
    selected: Type.Optional(Type.Array(Type.Union([Names, Type.Null()]))),
  },
  { additionalProperties: false },
);

interface Branch {
  /** None passes its columns through. */
  readonly transformer: TableTransformer | undefined;
  readonly columns: readonly string[] | ColumnSelector;
}

interface FittedBranch {
  readonly transform: FittedTransform | undefined;
  readonly columns: readonly string[];
  readonly isSelected: boolean;
}

/**
 * Different transformers for different columns, their results side by side in the order of the branches;
 * the transformers themselves stay unfitted.
 *
 * @throws {MltError} when a branch is not a transformer of mlt's with a list of columns
 */
export function columnTransformer(
  branches: readonly ColumnBranch[],
  options: ColumnTransformerOptions = {},
): Transformer {
  const { remainder } = readOptions(who, Options, options);
  return new ColumnTransformer(branches.map(readBranch), remainder);
}

class ColumnTransformer extends TableTransformer {
  readonly name = "ColumnTransformer";
  readonly #branches: readonly Branch[];
  readonly #remainder: "drop" | "passthrough";

  constructor(branches: readonly Branch[], remainder: "drop" | "passthrough") {
    super();
    this.#branches = branches;
    this.#remainder = remainder;
  }

  learn(table: Table, y?: readonly unknown[]): FittedTransform {
    const branches = this.#branches.map(({ transformer, columns: given }) => {
      const isSelected = given instanceof ColumnSelector;
      const columns = isSelected ? given.choose(table.columns) : given;
      return { columns, isSelected, transform: transformer?.learn(selectColumns(table, columns), y) };
    });
    const named = new Set(branches.flatMap(({ columns }) => columns));
    const rest = table.columns.map(({ name }) => name).filter((name) => !named.has(name));
    const remainder = this.#remainder === "drop" ? [] : rest;
    const fitted = sideBySide(branches, remainder);
    if (branches.every(({ transform }) => transform?.trained === undefined)) return fitted;
    return { ...fitted, trained: joinBranches(table, withRemainder(branches, remainder), trainedRows) };
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state) || state.branches.length !== this.#branches.length)
      throw badState(this.name);
    const branches = this.#branches.map(({ transformer, columns: given }, index) => {
      const isSelected = given instanceof ColumnSelector;
      const columns = isSelected ? state.selected?.[index] : given;
      if (columns === undefined || columns === null) throw badState(this.name);
      return { columns, isSelected, transform: transformer?.revive(state.branches[index]) };
    });
    return sideBySide(branches, state.remainder);
  }
}

function readBranch(branch: ColumnBranch): Branch {
  const [transformer, columns] = Array.isArray(branch) ? branch : [];
  if (!Array.isArray(columns) && !(columns instanceof ColumnSelector)) {
    throw new MltError(`${who} was given a branch without a list of columns`, {
      hint: 'Write each branch as [transformer, ["column", ...]], or [transformer, makeColumnSelector(...)].',
    });
  }
  return {
    columns,
    transformer: transformer === "passthrough" ? undefined : requireTableTransformer(transformer, who),
  };
}

function sideBySide(branches: readonly FittedBranch[], remainder: readonly string[]): FittedTransform {
  const selected = branches.map(({ isSelected, columns }) => (isSelected ? columns : null));
  const all = withRemainder(branches, remainder);
  return {
    state: {
      branches: branches.map(({ transform }) => transform?.state ?? null),
      remainder,
      ...(selected.every((columns) => columns === null) ? {} : { selected }),
    },
    apply: (table) => joinBranches(table, all, (transform, part) => transform.apply(part)),
  };
}

function withRemainder(
  branches: readonly FittedBranch[],
  remainder: readonly string[],
): readonly FittedBranch[] {
  return [...branches, { transform: undefined, columns: remainder, isSelected: false }];
}

function joinBranches(
  table: Table,
  branches: readonly FittedBranch[],
  rows: (transform: FittedTransform, part: Table) => Table,
): Table {
  const columns = branches.flatMap(({ transform, columns: names }) => {
    const part = selectColumns(table, names);
    return (transform === undefined ? part : rows(transform, part)).columns;
  });
  refuseDuplicates(columns.map(({ name }) => name));
  return { ...table, columns };
}

function selectColumns(table: Table, names: readonly string[]): Table {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const columns = names.map((name) => {
    const column = byName.get(name);
    if (column !== undefined) return column;
    const meant = nearest(name, byName.keys());
    throw new MltError(`${who} finds no column "${name}"`, {
      hint: meant === undefined ? `Choose among ${[...byName.keys()].join(", ")}.` : `Write "${meant}".`,
    });
  });
  return { ...table, columns };
}

function refuseDuplicates(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new MltError(`${who} gives two columns called "${twice}"`, {
    hint: "Name each column in one branch only, or rename it in the data loader.",
  });
}
