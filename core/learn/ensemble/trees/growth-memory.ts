import { maxSample } from "./bins.ts";
import { histogramBytes } from "./histogram-kernels.ts";

/** The arrays of a fit, in one memory that all threads and kernels see; places are bytes. */
export interface GrowthMemory {
  readonly memory: WebAssembly.Memory;
  readonly nRows: number;
  readonly nColumns: number;
  readonly nOutputs: number;
  /** n_rows × stride bins, row after row: for histograms. */
  readonly bins: number;
  /** Columns, rounded up to a multiple of 4. */
  readonly stride: number;
  /** The same bins, column after column: for partitions, which ask for one of them. */
  readonly columnBins: number;
  /** 256 float32 a column. */
  readonly thresholds: number;
  /** How many bins each column has, that of missing values aside: integers of 32 bits. */
  readonly nBins: number;
  /** Before there are bins, in their place and beyond it: the float32 that they are made of, column after column. */
  readonly sample: number;
  /** n_rows doubles: what is to be predicted, classes by their number. */
  readonly targets: number;
  /** n_rows doubles; 0 where all rows weigh 1. */
  readonly weights: number;
  /** n_rows doubles for each output: what is predicted so far. */
  readonly scores: number;
  /** n_rows doubles: the logarithm of the sum of a row's exponentials, where there are several outputs. */
  readonly logSums: number;
  /** n_rows × 2 integers of 32 bits: gradient and hessian. */
  readonly gradients: number;
  /** n_rows row numbers, sorted by node as the tree grows. */
  readonly rows: number;
  /** Of the same size. */
  readonly scratch: number;
  /** 256 bytes, one a bin: 1 where a row goes left. */
  readonly goesLeft: number;
  /** What holds for a whole tree: a double for each of `treeRules`. */
  readonly rules: number;
  /** A byte for each column of two nodes: 1 where a split may ask for it. */
  readonly allowed: number;
  /** The lower and upper bounds of what leaves below two nodes may say. */
  readonly bounds: number;
  /** `splitLength` doubles for each column of two nodes: the best split of it. */
  readonly splits: number;
  /** `mostLeaves` × 3 doubles: first and last position of a leaf's rows, and its value. */
  readonly leaves: number;
  /** A count for each part of a partition. */
  readonly partCounts: number;
  /** For each part that is under way, `blockRows` gradients and as many hessians: doubles. */
  readonly blocks: number;
  /** Room for `binnedRows` rows of float32, too, before the first tree. */
  readonly histograms: number;
  readonly nHistograms: number;
}

/** Rows that are derived at a time; even. */
export const blockRows = 2048;
/** Leaves whose values are added in one step. */
export const mostLeaves = 1024;
/** Parts of a step, at most; more threads than that do not help. */
export const mostParts = 32;
/** In the order of their doubles; hessians are integers. */
export const treeRules = ["countShift", "minSamplesLeaf", "minHessian", "l2", "hessianScale"] as const;
/**
 * Doubles of a split: gain, whether missing values go left, bin, and the left side's gradient, hessian and count; then, of
 * categories, eight words with a bit for each bin that goes left.
 */
export const splitLength = 14;

const pageBytes = 65_536;
/** Histograms of more would be computed again rather than kept. */
const maxHistogramBytes = 256 * 1024 * 1024;

export interface GrowthSize {
  readonly nRows: number;
  readonly nColumns: number;
  readonly nOutputs: number;
  /** As many as are ever used; there may be fewer. */
  readonly mostHistograms: number;
  readonly isWeighted: boolean;
}

/** Room for a fit. @throws {RangeError} over 4 GB, which WebAssembly cannot address */
export function growthMemory(size: GrowthSize): GrowthMemory {
  const { nRows, nColumns, nOutputs, mostHistograms, isWeighted } = size;
  const stride = Math.ceil(nColumns / 4) * 4;
  // No array is at 0, which stands for none.
  let end = 64;
  const take = (bytes: number) => {
    const start = end;
    end += Math.ceil(bytes / 64) * 64;
    return start;
  };
  const affordable = Math.floor(maxHistogramBytes / (stride * histogramBytes));
  const nHistograms = Math.max(3, Math.min(mostHistograms, affordable));
  const small = {
    thresholds: take(256 * 4 * nColumns),
    nBins: take(4 * nColumns),
    goesLeft: take(256),
    rules: take(treeRules.length * 8),
    allowed: take(2 * nColumns),
    bounds: take(4 * 8),
    splits: take(2 * nColumns * splitLength * 8),
    leaves: take(mostLeaves * 3 * 8),
    partCounts: take(mostParts * 8),
  };
  const sample = end;
  const large = {
    bins: take(nRows * stride),
    columnBins: take(nRows * nColumns),
    targets: take(nRows * 8),
    weights: isWeighted ? take(nRows * 8 + 8) : 0,
    scores: take(nRows * 8 * nOutputs),
    logSums: nOutputs > 1 ? take(nRows * 8) : 0,
    gradients: take(nRows * 8 + 8),
    rows: take(nRows * 4),
    scratch: take(nRows * 4 + 4),
    blocks: take(mostParts * blockRows * 16),
    histograms: take(nHistograms * stride * histogramBytes),
  };
  const bytes = Math.max(end, sample + 4 * nColumns * Math.min(nRows, maxSample));
  const pages = Math.ceil(bytes / pageBytes) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return { memory, nRows, nColumns, nOutputs, stride, nHistograms, sample, ...small, ...large };
}

/** Rows that are binned at a time: enough to share among threads, few enough to stay in the cache. */
export function binnedRows({ nHistograms }: GrowthMemory): number {
  return Math.min(8192, (nHistograms * histogramBytes) / 4);
}
