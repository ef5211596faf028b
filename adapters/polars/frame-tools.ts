import type { DataFrame, Series } from "nodejs-polars";
import type { Feature } from "../../core/features/feature-spec.ts";
import type { FrameTools } from "../../core/ports.ts";
import type { Polars } from "./load-polars.ts";

/** Frames of polars, as core needs them. */
export function polarsFrameTools(pl: Polars): FrameTools {
  return {
    take(frame, rows) {
      if (!pl.DataFrame.isDataFrame(frame)) throw new RangeError("Only a polars DataFrame can be split");
      return frame.select(pl.col("*").gather(Array.from(rows)));
    },
    fromColumns(columns, features): DataFrame {
      return pl.DataFrame(
        features.map((feature) => toSeries(pl, feature, columns.values.get(feature.name) ?? [])),
      );
    },
  };
}

function toSeries(pl: Polars, feature: Feature, values: Float32Array | readonly string[]): Series {
  if (!(values instanceof Float32Array)) {
    const text = Array.from(values, (value) => (value === "" ? null : value));
    return pl.Series(feature.name, text, pl.String);
  }
  const numbers = Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  if (feature.type === "boolean") {
    return pl.Series(
      feature.name,
      numbers.map((value) => (value === null ? null : value === 1)),
      pl.Bool,
    );
  }
  return pl.Series(feature.name, numbers, feature.type === "integer" ? pl.Int64 : pl.Float64);
}
