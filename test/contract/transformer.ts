import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { MltError } from "../../core/errors.ts";
import type { Transformer } from "../../core/learn/estimator.ts";
import type { Frame } from "../../core/learn/frame.ts";
import { runFrame } from "../support/frame-onnx.ts";

type Cells = Readonly<Record<string, (number | string | boolean | null)[]>>;

export interface TransformerCase {
  readonly make: () => Transformer;
  /** Rows to fit on. */
  readonly train: Cells;
  /** The target of the rows to fit on, for those that learn from it. */
  readonly y?: readonly (number | string)[];
  /** Rows that `fit` did not see: missing values and unseen categories among them. */
  readonly request: Cells;
}

/** What every transformer promises. */
export function checkTransformer(name: string, { make, train, y, request }: TransformerCase): void {
  const frame: Frame = pl.DataFrame(train);
  const unseen: Frame = pl.DataFrame(request);
  const single = (row: number): Frame =>
    pl.DataFrame(
      Object.fromEntries(Object.entries(request).map(([column, cells]) => [column, [cells[row] ?? null]])),
    );
  const singles = Array.from({ length: unseen.height }, (_, row) => single(row));

  describe(`${name} as a transformer`, () => {
    test("gives a matrix of the frame's rows, traced to that frame", () => {
      const transformer = make().fit(frame, y);
      const result = transformer.transform(unseen);
      expect(result.nRows).toBe(unseen.height);
      expect(result.trace?.source).toBe(unseen);
      const fittedAtOnce = make().fitTransform(frame, y);
      expect(fittedAtOnce.trace?.source).toBe(frame);
      expect([...fittedAtOnce.data]).toEqual([...transformer.transform(frame).data]);
      expect(new Set(result.columns).size).toBe(result.columns.length);
    });

    test("gives the same numbers in ONNX Runtime, of missing and unseen values too", async () => {
      const transformer = make();
      const trained = transformer.fitTransform(frame, y);
      // It has never seen the rows, so it gives what a service is to give.
      const served = make().restore(JSON.parse(JSON.stringify(transformer)));
      // What a graph makes of a row must not depend on what stands beside it.
      for (const rows of [frame, unseen, ...singles]) {
        const result = await runFrame({
          trained: frame,
          request: rows,
          width: trained.columns.length,
          build(graph, inputs) {
            const x = trained.trace?.toOnnx(graph, inputs);
            if (x === undefined) throw new Error("The result is not traced");
            return x;
          },
        });
        expect([...result]).toEqual([...Float32Array.from(served.transform(rows).data)]);
      }
    });

    test("is the same after a journey through JSON", () => {
      const transformer = make().fit(frame, y);
      const text = JSON.stringify(transformer);
      const restored = make().restore(JSON.parse(text));
      expect([...restored.transform(unseen).data]).toEqual([...transformer.transform(unseen).data]);
      expect(JSON.stringify(restored)).toBe(text);
    });

    test("forgets what it learned when it is fitted again", () => {
      const some: Frame = pl.DataFrame(
        Object.fromEntries(Object.entries(train).map(([column, cells]) => [column, cells.slice(1)])),
      );
      const again = make().fit(frame, y).fit(some, y?.slice(1));
      expect(JSON.stringify(again)).toBe(JSON.stringify(make().fit(some, y?.slice(1))));
    });

    test("gives one row what it gives the same row among others", () => {
      const transformer = make().fit(frame, y);
      const all = transformer.transform(unseen);
      const width = all.columns.length;
      for (let row = 0; row < unseen.height; row++) {
        expect([...transformer.transform(single(row)).data]).toEqual([
          ...all.data.slice(row * width, (row + 1) * width),
        ]);
      }
    });

    test("refuses to work before fit, and on a frame that lacks a column", () => {
      expect(() => make().transform(frame)).toThrow(/is not fitted/);
      expect(() => JSON.stringify(make())).toThrow(/is not fitted/);
      const [first = "", ...rest] = Object.keys(train);
      const lacking: Frame = pl.DataFrame(
        Object.fromEntries(
          [...rest, "other"].map((column) => [column, train[column] ?? [...Array(frame.height)].fill(1)]),
        ),
      );
      expect(() => make().fit(frame, y).transform(lacking)).toThrow(new RegExp(`column.* "${first}"`));
    });

    test("refuses to learn from no rows, and to be restored from something else", () => {
      const empty: Frame = pl.DataFrame(Object.fromEntries(Object.keys(train).map((column) => [column, []])));
      expect(() => make().fit(empty, [])).toThrow(/no rows/);
      for (const state of [
        null,
        3,
        {},
        { name: "Other", state: {} },
        { name: make().name, state: { odd: 1 } },
      ]) {
        expect(() => make().restore(state)).toThrow(MltError);
      }
    });
  });
}
