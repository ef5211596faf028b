import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../errors.ts";
import type { Transformer } from "../estimator.ts";
import type { Table } from "../table.ts";
import { badState, type FittedTransform, TableTransformer, trainedRows } from "./table-transformer.ts";

const State = Type.Array(Type.Unknown());

/**
 * Transformers one after the other, each fitted on what the one before gives; they themselves stay unfitted.
 *
 * @throws {MltError} when there is no step, or one is not a transformer of mlt's
 */
export function pipeline(...steps: readonly Transformer[]): Transformer {
  const transformers = steps.map((step) => requireTableTransformer(step, "pipeline()"));
  if (transformers.length > 0) return new Pipeline(transformers);
  throw new MltError("pipeline() was given no steps", { hint: "Give it at least one transformer." });
}

/** @throws {MltError} when the transformer is none of mlt's, which alone can pass text on */
export function requireTableTransformer(step: unknown, who: string): TableTransformer {
  if (step instanceof TableTransformer) return step;
  throw new MltError(`${who} was given something that is no transformer of mlt's`, {
    hint: "Give it StandardScaler, OneHotEncoder or another transformer, pipeline() or columnTransformer().",
  });
}

class Pipeline extends TableTransformer {
  readonly name = "Pipeline";
  readonly #steps: readonly TableTransformer[];

  constructor(steps: readonly TableTransformer[]) {
    super();
    this.#steps = steps;
  }

  learn(table: Table, y?: readonly unknown[]): FittedTransform {
    const learned: FittedTransform[] = [];
    let current = table;
    for (const step of this.#steps) {
      const fitted = step.learn(current, y);
      current = trainedRows(fitted, current);
      learned.push(fitted);
    }
    const fitted = sequence(learned);
    return learned.some(({ trained }) => trained !== undefined) ? { ...fitted, trained: current } : fitted;
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state) || state.length !== this.#steps.length) throw badState(this.name);
    return sequence(this.#steps.map((step, index) => step.revive(state[index])));
  }
}

function sequence(fitted: readonly FittedTransform[]): FittedTransform {
  return {
    state: fitted.map(({ state }) => state),
    apply: (table) => fitted.reduce((current, step) => step.apply(current), table),
  };
}
