import { seededRandom } from "../../random.ts";
import type { Work } from "../../threads.ts";
import type { ColumnBins } from "../trees/bins.ts";
import { drawRows } from "./draw-rows.ts";
import { EntropyCriterion } from "./entropy-criterion.ts";
import { GiniCriterion } from "./gini-criterion.ts";
import { type GrowLimits, growTree, type TreeRoom } from "./grow-tree.ts";
import type { Criterion } from "./split-search.ts";
import type { BinnedColumns, CriterionOptions } from "./tree-rows.ts";
import { VarianceCriterion } from "./variance-criterion.ts";

/** What a tree's splits are judged by. */
export type CriterionName = "gini" | "entropy" | "squared_error";

/** What every thread needs to grow trees of a forest. */
export interface ForestShared {
  readonly binned: BinnedColumns;
  readonly columnBins: readonly ColumnBins[];
  readonly targets: Int32Array | Float64Array;
  readonly weights: Float64Array | undefined;
  readonly criterion: CriterionName;
  /** Classes, or 1 number to predict. */
  readonly nOutputs: number;
  readonly limits: GrowLimits & { readonly minSamplesLeaf: number };
  readonly draws: number | undefined;
  /** Of each tree. */
  readonly seeds: Uint32Array;
  /** Where trees grow side by side. */
  readonly rooms: readonly TreeRoom[];
  /** Of each room, how many nodes the tree in it has. */
  readonly sizes: Int32Array;
}

/** Grows trees, one a part: the first number of a step is the tree of part 0. A tree depends on its seed alone. */
export const forestWork: Work<ForestShared> = {
  name: "forest",
  prepare: (shared) => (part, numbers) => {
    const room = shared.rooms[part];
    if (room === undefined) throw new RangeError(`There is no room ${part} for a tree`);
    shared.sizes[part] = growOne(shared, room, shared.seeds[(numbers[0] ?? 0) + part] ?? 0);
  },
};

function growOne(shared: ForestShared, room: TreeRoom, seed: number): number {
  const { binned, columnBins, nOutputs, limits } = shared;
  const random = seededRandom(seed);
  const treeRows = drawRows({ ...shared, random });
  const criterion = criterionOf(shared, { binned, treeRows, minSamplesLeaf: limits.minSamplesLeaf });
  return growTree({ binned, columnBins, treeRows, criterion, limits, random, nOutputs, room });
}

function criterionOf({ criterion, nOutputs }: ForestShared, options: CriterionOptions): Criterion {
  if (criterion === "squared_error") return new VarianceCriterion(options);
  const classes = { ...options, k: nOutputs };
  return criterion === "gini" ? new GiniCriterion(classes) : new EntropyCriterion(classes);
}
