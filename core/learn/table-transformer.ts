import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../errors.ts";
import type { Features, Transformer } from "./estimator.ts";
import type { Matrix } from "./matrix.ts";
import { notFitted } from "./read-features.ts";
import { readTable } from "./read-table.ts";
import { type Table, tableToMatrix } from "./table.ts";

/** What a transformer learned: it never changes. */
export interface FittedTransform {
  /** @throws {MltError} when the columns are not those that it was fitted on */
  apply(table: Table): Table;
  /** As plain JSON, for `revive`. */
  readonly state: unknown;
}

const Saved = Type.Object({ name: Type.String(), state: Type.Unknown() }, { additionalProperties: false });

/**
 * A transformer of tables, in which text may still stand beside numbers: what lets one follow another.
 * A transformer says how it learns; keeping what was learned, and frames and matrices, are dealt with here.
 */
export abstract class TableTransformer implements Transformer {
  abstract readonly name: string;
  #fitted: FittedTransform | undefined;

  /** Learns from the table and keeps nothing, so one transformer may serve in several places. */
  abstract learn(table: Table): FittedTransform;
  /** What was learned, from its state. @throws {MltError} when the state is not one of this transformer's */
  abstract revive(state: unknown): FittedTransform;

  fit(X: Features): this {
    this.#fitted = undefined;
    this.#fitted = this.learn(this.#readRows(X));
    return this;
  }

  transform(X: Features): Matrix {
    return this.#toMatrix(this.#learned().apply(readTable(X, this.name)));
  }

  fitTransform(X: Features): Matrix {
    this.#fitted = undefined;
    const table = this.#readRows(X);
    this.#fitted = this.learn(table);
    return this.#toMatrix(this.#fitted.apply(table));
  }

  toJSON(): unknown {
    return { name: this.name, state: this.#learned().state };
  }

  restore(saved: unknown): this {
    if (!Value.Check(Saved, saved) || saved.name !== this.name) throw badState(this.name);
    this.#fitted = this.revive(saved.state);
    return this;
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

/** The failure of restoring a transformer from something else than its own state. */
export function badState(who: string): MltError {
  return new MltError(`Cannot restore ${who} from this state`, {
    hint: "Train the model again with mlt train.",
  });
}
