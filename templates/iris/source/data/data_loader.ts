import { join } from "node:path";
import pl, { type DataFrame } from "nodejs-polars";

/** Brings the data, so that nobody else needs to know where they are kept. */
export class DataLoader {
  /**
   * Returns one data frame with every feature and the target.
   *
   * @param nRows  at most so many rows; all of them when absent
   */
  loadData({ nRows }: { nRows?: number } = {}): DataFrame {
    // Example
    // Fisher's iris flowers (1936), with the values of iris.csv in scikit-learn 1.9.1 (BSD 3-Clause licence).
    // The species alternate, so that the first rows of the file hold all three.
    const data = pl.readCSV(join(import.meta.dirname, "iris.csv"));
    return nRows === undefined ? data : data.head(nRows);
    // End Example
  }
}
