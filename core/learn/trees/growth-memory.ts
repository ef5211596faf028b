import { histogramBytes } from "./histogram-kernels.ts";

/** Where the arrays of a fit lie in one memory, as bytes; what the kernels are given. */
export interface GrowthMemory {
  readonly memory: WebAssembly.Memory;
  /** n_rows × stride bins, row after row: for histograms. */
  readonly bins: number;
  /** The same bins, column after column: for partitions, which ask for one of them. */
  readonly columnBins: number;
  /** Columns, rounded up to a multiple of 4. */
  readonly stride: number;
  /** n_rows × 2 integers of 32 bits: gradient and hessian. */
  readonly gradients: number;
  /** n_rows doubles; 0 where all rows weigh 1. */
  readonly weights: number;
  /** n_rows row numbers, sorted by node as the tree grows. */
  readonly rows: number;
  /** Of the same size. */
  readonly scratch: number;
  /** 256 bytes, one a bin. */
  readonly goesLeft: number;
  /** 32 bytes, of what a scan finds. */
  readonly found: number;
  /** `blockRows` rows of float32, or twice as many doubles as they are: what is on its way into a kernel. */
  readonly block: number;
  /** 256 float32 a column. */
  readonly thresholds: number;
  readonly histograms: number;
  readonly nHistograms: number;
}

/** Rows that are binned, or derived, at a time; even. */
export const blockRows = 2048;

const pageBytes = 65_536;
/** Histograms of more would be computed again rather than kept. */
const maxHistogramBytes = 256 * 1024 * 1024;

export interface GrowthSize {
  readonly nRows: number;
  readonly nColumns: number;
  /** As many as are ever used; there may be fewer. */
  readonly mostHistograms: number;
  readonly isWeighted: boolean;
}

/** Room for a fit. @throws {RangeError} over 4 GB, which WebAssembly cannot address */
export function growthMemory({ nRows, nColumns, mostHistograms, isWeighted }: GrowthSize): GrowthMemory {
  const stride = Math.ceil(nColumns / 4) * 4;
  let end = 0;
  const take = (bytes: number) => {
    const start = end;
    end += Math.ceil(bytes / 64) * 64;
    return start;
  };
  const affordable = Math.floor(maxHistogramBytes / (stride * histogramBytes));
  const nHistograms = Math.max(3, Math.min(mostHistograms, affordable));
  const places = {
    bins: take(nRows * stride),
    columnBins: take(nRows * nColumns),
    gradients: take(nRows * 8 + 8),
    weights: isWeighted ? take(nRows * 8 + 8) : 0,
    rows: take(nRows * 4),
    scratch: take(nRows * 4 + 4),
    goesLeft: take(256),
    found: take(32),
    block: take(blockRows * Math.max(4 * nColumns, 16)),
    thresholds: take(256 * 4 * nColumns),
    histograms: take(nHistograms * stride * histogramBytes),
  };
  const pages = Math.ceil(end / pageBytes) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return { memory, stride, nHistograms, ...places };
}
