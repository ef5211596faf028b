import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { Transformer } from "./estimator.ts";
import { readOptions } from "./options.ts";
import { requireTableTransformer } from "./pipeline.ts";
import type { Table } from "./table.ts";
import { badState, type FittedTransform, TableTransformer } from "./table-transformer.ts";

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
export type ColumnBranch = readonly [Transformer | "passthrough", readonly string[]];

const State = Type.Object(
  { branches: Type.Array(Type.Unknown()), remainder: Type.Array(Type.String()) },
  { additionalProperties: false },
);

interface Branch {
  /** None passes its columns through. */
  readonly transformer: TableTransformer | undefined;
  readonly columns: readonly string[];
}

interface FittedBranch {
  readonly transform: FittedTransform | undefined;
  readonly columns: readonly string[];
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

  learn(table: Table): FittedTransform {
    const named = new Set(this.#branches.flatMap(({ columns }) => columns));
    const rest = table.columns.map(({ name }) => name).filter((name) => !named.has(name));
    const branches = this.#branches.map(({ transformer, columns }) => ({
      columns,
      transform: transformer?.learn(selectColumns(table, columns)),
    }));
    return sideBySide(branches, this.#remainder === "drop" ? [] : rest);
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state) || state.branches.length !== this.#branches.length)
      throw badState(this.name);
    const branches = this.#branches.map(({ transformer, columns }, index) => ({
      columns,
      transform: transformer?.revive(state.branches[index]),
    }));
    return sideBySide(branches, state.remainder);
  }
}

function readBranch(branch: ColumnBranch): Branch {
  const [transformer, columns] = branch;
  if (!Array.isArray(columns)) {
    throw new MltError(`${who} was given a branch without a list of columns`, {
      hint: 'Write each branch as [transformer, ["column", ...]].',
    });
  }
  return {
    columns,
    transformer: transformer === "passthrough" ? undefined : requireTableTransformer(transformer, who),
  };
}

function sideBySide(branches: readonly FittedBranch[], remainder: readonly string[]): FittedTransform {
  const all: readonly FittedBranch[] = [...branches, { transform: undefined, columns: remainder }];
  return {
    state: { branches: branches.map(({ transform }) => transform?.state ?? null), remainder },
    apply(table) {
      const columns = all.flatMap(({ transform, columns: names }) => {
        const selected = selectColumns(table, names);
        return (transform?.apply(selected) ?? selected).columns;
      });
      refuseDuplicates(columns.map(({ name }) => name));
      return { ...table, columns };
    },
  };
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
