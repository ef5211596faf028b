import type { DoPart, Work } from "../../threads.ts";
import { binRows, findThresholds } from "./bin-steps.ts";
import type { GrowthMemory } from "./growth-memory.ts";
import { type GrowthViews, growthViews } from "./growth-views.ts";
import { type Loss, type LossSpec, lossOf } from "./losses.ts";
import { fromScratch, partition, toScratch } from "./partition-steps.ts";
import { place } from "./place-step.ts";
import { addLeaves, begin, derive, findMost } from "./score-steps.ts";
import { type TreeKernels, treeKernels } from "./tree-kernels.ts";

export interface GrowthShared {
  readonly memory: GrowthMemory;
  readonly loss: LossSpec;
  readonly columns: readonly GrowthColumn[];
  /** Whether a column has a direction: then bounds matter to all of them. */
  readonly isBounded: boolean;
}

/** What the search for splits has to know of a column. */
export interface GrowthColumn {
  readonly isCategorical: boolean;
  /** 1 where predictions must not fall as values rise, -1 where they must not rise, 0 where they may do either. */
  readonly direction: number;
}

/** A fit as a thread sees it. */
export interface Growth extends GrowthShared {
  readonly views: GrowthViews;
  readonly kernels: TreeKernels;
  readonly derivatives: Loss;
}

/** A share of a step, and what the step was told behind its own number and the number of parts. */
export interface Part {
  readonly part: number;
  readonly nParts: number;
  readonly told: readonly number[] | Float64Array;
}

const steps = {
  ...{ findThresholds, binRows },
  ...{ begin, findMost, derive, place, partition, toScratch, fromScratch, addLeaves },
} as const;
export type GrowthStep = keyof typeof steps;
const inOrder: readonly ((growth: Growth, part: Part) => void)[] = Object.values(steps);

/** The first number of a step. */
export function stepNumber(step: GrowthStep): number {
  return Object.keys(steps).indexOf(step);
}

/** The passes over rows and histograms that trees are grown by. */
export const growthWork: Work<GrowthShared> = {
  name: "growth",
  prepare(shared): DoPart {
    const views = growthViews(shared.memory);
    const kernels = treeKernels(shared.memory.memory);
    const growth = { ...shared, views, kernels, derivatives: lossOf(shared.loss, views) };
    return (part, numbers) =>
      inOrder[numbers[0] ?? 0]?.(growth, { part, nParts: numbers[1] ?? 1, told: numbers.slice(2) });
  },
};
