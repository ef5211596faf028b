import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../errors.ts";
import type { Features, Labels, Targets, Transformer } from "../estimator.ts";
import { readCells } from "../labels.ts";
import type { Matrix } from "../matrix.ts";
import { notFitted } from "../read-features.ts";
import { readTable } from "../read-table.ts";
import { type Table, tableToMatrix } from "../table.ts";

/** What a transformer learned: it never changes. */
export interface FittedTransform {
  /** @throws {MltError} when the columns are not those that it was fitted on */
  apply(table: Table): Table;
  /** As plain JSON, for `revive`. */
  readonly state: unknown;
  /**
   * What a model is to be fitted on, where that is not what `apply` makes of the rows that were learned from:
   * a transformer that looks at y must not show a row its own target.
   */
  readonly trained?: Table;
}

const Saved = Type.Object({ name: Type.String(), state: Type.Unknown() }, { additionalProperties: false });

/**
 * A transformer of tables, in which text may still stand beside numbers: what lets one follow another.
 * A transformer says how it learns; keeping what was learned, and frames and matrices, are dealt with here.
 */
export abstract class TableTransformer implements Transformer {
  abstract readonly name: string;
  #fitted: FittedTransform | undefined;
  /** The rows that were learned from; kept only where `trained` has another answer for them. */
  #seen: Table | undefined;

  /**
   * Learns from the table and keeps nothing, so one transformer may serve in several places.
   *
   * @param y  one cell a row, if there are any
   */
  abstract learn(table: Table, y?: readonly unknown[]): FittedTransform;
  /** What was learned, from its state. @throws {MltError} when the state is not one of this transformer's */
  abstract revive(state: unknown): FittedTransform;

  fit(X: Features, y?: Labels | Targets): this {
    this.#fit(X, y);
    return this;
  }

  transform(X: Features): Matrix {
    const fitted = this.#learned();
    const table = readTable(X, this.name);
    const isSeen = this.#seen !== undefined && sameRows(this.#seen, table);
    return this.#toMatrix(isSeen ? trainedRows(fitted, table) : fitted.apply(table));
  }

  fitTransform(X: Features, y?: Labels | Targets): Matrix {
    const { fitted, table } = this.#fit(X, y);
    return this.#toMatrix(trainedRows(fitted, table));
  }

  toJSON(): unknown {
    return { name: this.name, state: this.#learned().state };
  }

  restore(saved: unknown): this {
    if (!Value.Check(Saved, saved) || saved.name !== this.name) throw badState(this.name);
    this.#fitted = this.revive(saved.state);
    this.#seen = undefined;
    return this;
  }

  #fit(X: Features, y: Labels | Targets | undefined) {
    this.#fitted = undefined;
    this.#seen = undefined;
    const table = this.#readRows(X);
    const fitted = this.learn(table, y === undefined ? undefined : readCells(y, table.nRows, this.name));
    this.#fitted = fitted;
    if (fitted.trained !== undefined) this.#seen = table;
    return { fitted, table };
  }

  #readRows(X: Features): Table {
    const table = readTable(X, this.name);
    if (table.nRows > 0) return table;
    throw new MltError(`${this.name} was given no rows to learn from`, {
      hint: "Check what loadData and the Preprocessor return.",
    });
  }

  #toMatrix(table: Table): Matrix {
    return tableToMatrix(table, `the result of ${this.name} must be numbers`);
  }

  #learned(): FittedTransform {
    if (this.#fitted === undefined) throw notFitted(this.name, "fit(X)");
    return this.#fitted;
  }
}

/** What a model is to be fitted on, of the rows that were learned from. */
export function trainedRows({ trained, apply }: FittedTransform, table: Table): Table {
  return trained === undefined ? apply(table) : { ...trained, source: table.source };
}

function sameRows(seen: Table, other: Table): boolean {
  if (seen.nRows !== other.nRows) return false;
  const byName = new Map(other.columns.map((column) => [column.name, column]));
  return seen.columns.every(({ name, values }) => {
    const others: ArrayLike<number | string> | undefined = byName.get(name)?.values;
    return values.every((value: number | string, row: number) => Object.is(value, others?.[row]));
  });
}

/** The failure of restoring a transformer from something else than its own state. */
export function badState(who: string): MltError {
  return new MltError(`Cannot restore ${who} from this state`, {
    hint: "Train the model again with mlt train.",
  });
}
