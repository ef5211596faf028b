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
    // The Palmer penguins by Allison Horst, Alison Hill and Kristen Gorman (CC0), as in the Python package
    // palmerpenguins 0.1.6. The species are spread over the file, so that its first rows hold all three.
    const penguins = pl.readCSV(join(import.meta.dirname, "penguins.csv"), {
      nullValues: "NA", // how this file spells a missing value
    });
    const data = penguins
      // Two penguins were never weighed: there is nothing to learn from a row without its answer. They go here,
      // before anything is split or fitted. A missing feature is another matter: the Preprocessor fills it in.
      .filter(pl.col("body_mass_g").isNotNull())
      .select(
        "species",
        "island",
        "bill_length_mm",
        "bill_depth_mm",
        "flipper_length_mm",
        "sex",
        "body_mass_g",
      );
    return nRows === undefined ? data : data.head(nRows);
    // End Example
  }
}
