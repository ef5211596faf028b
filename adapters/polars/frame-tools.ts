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
  // Given at once, and made null by polars: a call for each value takes many times as long.
  let value = pl.col("value").fillNan(pl.lit(null));
  if (feature.type === "boolean") value = value.eq(1);
  if (feature.type === "integer") value = value.cast(pl.Int64);
  const series = pl.Series("value", new Float64Array(values));
  return series.toFrame().select(value).getColumn("value").rename(feature.name);
}
