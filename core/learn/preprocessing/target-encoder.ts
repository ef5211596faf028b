import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../errors.ts";
import type { OnnxValue } from "../../onnx/graph.ts";
import { readOptions } from "../options.ts";
import { stratifiedFolds } from "../split/folds.ts";
import { type Block, type OnnxContext, packColumns, type Table, type TableColumn } from "../table.ts";
import { asKeys, categoriesOf, lookUpInOnnx, placesIn } from "./categories.ts";
import { FittedColumn, fittedColumns, matchColumns } from "./fitted-columns.ts";
import { badState, type FittedTransform, TableTransformer } from "./table-transformer.ts";
import { crossFitted, targetMeans } from "./target-means.ts";
import { readTargetValues, type TargetValues, targetTypes } from "./target-values.ts";

const Options = Type.Object(
  {
    targetType: Type.Union(
      targetTypes.map((type) => Type.Literal(type)),
      { default: "auto", description: targetTypes.map((type) => `"${type}"`).join(" or ") },
    ),
    smooth: Type.Union([Type.Literal("auto"), Type.Number({ minimum: 0 })], {
      default: "auto",
      description: '"auto" or a number of rows, 0 or more',
    }),
    cv: Type.Integer({ default: 5, minimum: 2, description: "a whole number of folds, 2 or more" }),
    randomState: Type.Integer({ default: 0, description: "a whole number" }),
  },
  { additionalProperties: false },
);

/** `smooth` rows of the mean of all are added to each category; `cv` folds, dealt out by `randomState`, encode the training rows. */
export type TargetEncoderOptions = Partial<Static<typeof Options>>;

const State = Type.Object(
  {
    columns: Type.Array(FittedColumn),
    /** Of each column; a missing number is null. */
    categories: Type.Array(Type.Array(Type.Union([Type.Number(), Type.String(), Type.Null()]))),
    /** The classes that a column becomes a column each of; empty: it becomes one. */
    classes: Type.Array(Type.String()),
    /** Of each target, the mean of all rows: for a category that was not seen. */
    means: Type.Array(Type.Number()),
    /** Of each column, of each target, one number a category. */
    encodings: Type.Array(Type.Array(Type.Array(Type.Number()))),
  },
  { additionalProperties: false },
);
type State = Static<typeof State>;

const who = "TargetEncoder";

/**
 * Puts the mean target of its category in the place of each value, drawn to the mean of all where the category is rare.
 * The rows that it is fitted on are encoded by folds, each by the rows of the others, so that no row is shown its own
 * target. A missing value is a category of its own; one that `fit` did not see has the mean of all.
 */
export class TargetEncoder extends TableTransformer {
  readonly name = who;
  readonly params: Readonly<Static<typeof Options>>;

  constructor(options: TargetEncoderOptions = {}) {
    super();
    this.params = readOptions(who, Options, options);
  }

  learn(table: Table, y?: readonly unknown[]): FittedTransform {
    if (y === undefined) {
      throw new MltError(`${who} was given no y to learn from`, {
        hint: "Write fitX(X, y) in the Preprocessor, and give both to fit(X, y).",
      });
    }
    const { targetType, smooth } = this.params;
    const targets = readTargetValues(y, targetType, who);
    const folds = this.#folds(targets);
    const all = new Int32Array(y.length).map((_, row) => row);
    const coded = table.columns.map((column): CodedColumn => {
      const categories = withMissing(column);
      return { categories, codes: placesIn(asKeys(column), categories), nCategories: categories.length };
    });
    const learned = coded.map((column) =>
      targets.values.map((target) => targetMeans({ ...column, target }, all, smooth)),
    );
    const state = {
      columns: fittedColumns(table),
      categories: coded.map(({ categories }) =>
        categories.map((value) => (Number.isNaN(value) ? null : value)),
      ),
      classes: [...targets.classes],
      means: targets.values.map((_, target) => learned[0]?.[target]?.mean ?? 0),
      encodings: learned.map((byTarget) => byTarget.map(({ encoding }) => [...encoding])),
    };
    const trained = encodeColumns(table, state, (_, place) =>
      targets.values.map((target) => crossFitted({ ...at(coded, place), target }, folds, smooth)),
    );
    return { ...encoding(state), trained };
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state)) throw badState(who);
    return encoding(state);
  }

  #folds({ strata }: TargetValues) {
    const { cv, randomState } = this.params;
    const counts = new Map<number, number>();
    for (const stratum of strata) counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
    if (Math.max(...counts.values()) >= cv) return stratifiedFolds(strata, cv, randomState);
    throw new MltError(`${who} cannot deal ${strata.length} rows out to ${cv} folds`, {
      hint: "Load more rows, or set its option cv to fewer folds.",
    });
  }
}

interface CodedColumn {
  readonly categories: readonly (number | string)[];
  readonly codes: Int32Array;
  readonly nCategories: number;
}

function encoding(state: State): FittedTransform {
  return {
    state,
    apply: (table) =>
      encodeColumns(table, state, (column, place) => {
        const codes = placesIn(asKeys(column), keysOf(state, place));
        return state.means.map((mean, target) => {
          const numbers = state.encodings[place]?.[target];
          return new Float64Array(codes.length).map((_, row) => numbers?.[codes[row] ?? -1] ?? mean);
        });
      }),
  };
}

/** A column, or one for each class, in the place of each column; `valuesOf` gives the values of each target. */
function encodeColumns(
  table: Table,
  state: State,
  valuesOf: (column: TableColumn, place: number) => readonly Float64Array[],
): Table {
  const columns = matchColumns(table, state.columns, who).flatMap((column, place): TableColumn[] => {
    const block: Block = {
      width: state.means.length,
      toOnnx: (context) => encodeInOnnx(column, { state, place }, context),
    };
    return valuesOf(column, place).map((values, index) => {
      const label = state.classes[index];
      const name = label === undefined ? column.name : `${column.name}_${label}`;
      return { kind: "number", name, values, block, index };
    });
  });
  return { ...table, columns };
}

/** The place among the categories is looked up once; one more stands for what was not seen. */
function encodeInOnnx(
  column: TableColumn,
  { state, place }: { readonly state: State; readonly place: number },
  context: OnnxContext,
): OnnxValue {
  const { graph } = context;
  const keys = keysOf(state, place);
  const known = keys.filter((key) => !Number.isNaN(key));
  const places = { values_int64s: { ints: [...known.keys()] }, default_int64: { int: keys.length } };
  let code = lookUpInOnnx(column, known, places, context);
  if (known.length < keys.length) {
    const missing = graph.constant({ type: "int64", shape: [1], values: [known.length] });
    const isMissing = graph.node("IsNaN", [packColumns([column], context)]);
    code = graph.node("Where", [isMissing, missing, code]);
  }
  const parts = state.means.map((mean, target) => {
    const values = [...(state.encodings[place]?.[target] ?? []), mean];
    return graph.node("Gather", [graph.constant({ type: "double", shape: [values.length], values }), code]);
  });
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : graph.node("Concat", parts, { axis: { int: 1 } });
}

/** The categories of a column; last NaN or "" where it lacks values. */
function withMissing(column: TableColumn): (number | string)[] {
  const missing = column.kind === "text" ? "" : Number.NaN;
  const isMissing = column.kind === "text" ? column.values.includes("") : column.values.includes(Number.NaN);
  const present = categoriesOf(column, who);
  return isMissing ? [...present, missing] : present;
}

function keysOf({ categories }: State, column: number): (number | string)[] {
  return at(categories, column).map((value) => value ?? Number.NaN);
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`There is no item ${index}`);
  return item;
}
