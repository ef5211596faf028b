import { histogramBytes } from "./histogram-kernels.ts";

/** Where the arrays of a fit lie in one memory, as bytes; what the kernels are given. */
export interface GrowthMemory {
  readonly memory: WebAssembly.Memory;
  /** n_rows × stride bins, row after row. */
  readonly bins: number;
  /** Columns, rounded up to a multiple of 4. */
  readonly stride: number;
  /** n_rows × 2 integers of 32 bits: gradient and hessian. */
  readonly gradients: number;
  /** n_rows row numbers, sorted by node as the tree grows. */
  readonly rows: number;
  /** Of the same size. */
  readonly scratch: number;
  /** 256 bytes, one a bin. */
  readonly goesLeft: number;
  /** 32 bytes, of what a scan finds. */
  readonly found: number;
  readonly histograms: number;
  readonly nHistograms: number;
}

const pageBytes = 65_536;
/** Histograms of more would be computed again rather than kept. */
const maxHistogramBytes = 256 * 1024 * 1024;

/** Room for a fit. @throws {RangeError} over 4 GB, which WebAssembly cannot address */
export function growthMemory(nRows: number, nColumns: number, mostHistograms: number): GrowthMemory {
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
    gradients: take(nRows * 8),
    rows: take(nRows * 4),
    scratch: take(nRows * 4 + 4),
    goesLeft: take(256),
    found: take(32),
    histograms: take(nHistograms * stride * histogramBytes),
  };
  const pages = Math.ceil(end / pageBytes) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return { memory, stride, nHistograms, ...places };
}
