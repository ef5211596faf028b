import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { polarsFrameTools } from "../../../adapters/polars/frame-tools.ts";
import type { FeatureType } from "../../../core/features/feature-spec.ts";
import { checkFrameTools } from "../../contract/frame-tools.ts";

const tools = polarsFrameTools(pl);
checkFrameTools("polarsFrameTools()", tools);

describe("polarsFrameTools()", () => {
  const missing = { number: Float32Array.of(Number.NaN), text: [""] };

  test.each<[FeatureType, unknown, Float32Array | string[]]>([
    ["number", pl.Float64, Float32Array.of(1)],
    ["integer", pl.Int64, Float32Array.of(1)],
    ["boolean", pl.Bool, Float32Array.of(1)],
    ["category", pl.String, ["red"]],
    ["string", pl.String, ["red"]],
    ["number", pl.Float64, missing.number],
    ["integer", pl.Int64, missing.number],
    ["boolean", pl.Bool, missing.number],
    ["category", pl.String, missing.text],
    ["string", pl.String, missing.text],
  ])("makes a column of %s %p, of values and of missing ones alike", (type, dtype, values) => {
    const frame = tools.fromColumns({ nRows: 1, values: new Map([["x", values]]) }, [
      { name: "x", type, nullable: true },
    ]);
    if (!pl.DataFrame.isDataFrame(frame)) throw new Error("The frame must be one of polars");
    expect(frame.getColumn("x").dtype).toEqual(dtype);
  });

  test("keeps the types of a project's own columns when it takes rows", () => {
    const frame = pl
      .DataFrame({
        day: [new Date(0), null, new Date(86_400_000)],
        rank: [1, 2, 3],
        tags: [["a"], [], ["b"]],
      })
      .withColumns(pl.col("rank").cast(pl.UInt8));
    const taken = tools.take(frame, [2, 1]);
    if (!pl.DataFrame.isDataFrame(taken)) throw new Error("The frame must be one of polars");
    expect(taken.dtypes).toEqual(frame.dtypes);
    expect(taken.getColumn("rank").toArray()).toEqual([3, 2]);
    expect(taken.getColumn("day").nullCount()).toBe(1);
  });
});
