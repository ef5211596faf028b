import { describe, expect, test } from "bun:test";
import { MltError } from "../../core/errors.ts";
import type { Columns } from "../../core/features/columns.ts";
import { OnnxGraph } from "../../core/onnx/graph.ts";
import type { InferenceSession, OpenSession } from "../../core/ports.ts";

/** Gives twice x under "doubled", and the words as they came under "words". */
function doublingGraph(): Uint8Array {
  const graph = new OnnxGraph("doubling");
  const x = graph.input("x", "float", 2);
  const words = graph.input("words in", "string", 1);
  graph.output("doubled", graph.node("Add", [x, x]), "float", ["N", 2]);
  graph.output("words", graph.node("Identity", [words]), "string", ["N", 1]);
  return graph.encode();
}

/** x and words of the rows, two numbers and a word each. */
function rows(...cells: readonly (readonly [number, number, string])[]): Columns {
  return {
    nRows: cells.length,
    values: new Map<string, Float32Array | string[]>([
      ["x", Float32Array.from(cells.flatMap(([first, second]) => Array.of(first, second)))],
      ["words in", cells.map(([, , word]) => word)],
    ]),
  };
}

function without(columns: Columns, name: string): Columns {
  return { ...columns, values: new Map([...columns.values].filter(([key]) => key !== name)) };
}

const both = ["doubled", "words"];

/** What every runtime of ONNX graphs promises. */
export function checkInferenceSession(name: string, open: OpenSession): void {
  async function withSession<Result>(work: (session: InferenceSession) => Promise<Result>): Promise<Result> {
    const session = await open(doublingGraph());
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  describe(`${name} as an InferenceSession`, () => {
    test("gives every output by its name, of one row", async () => {
      const outputs = await withSession((session) => session.run(rows([1, -2.5, "red"]), both));
      expect(outputs).toEqual(
        new Map<string, Float32Array | string[]>([
          ["doubled", Float32Array.of(2, -5)],
          ["words", ["red"]],
        ]),
      );
    });

    test("gives many rows in their order, row after row", async () => {
      const many = Array.from({ length: 1_000 }, (_, row) => [row, row + 0.5, `word ${row}`] as const);
      const outputs = await withSession((session) => session.run(rows(...many), both));
      expect(outputs.get("doubled")).toEqual(
        Float32Array.from(many.flatMap(([first, second]) => [2 * first, 2 * second])),
      );
      expect(outputs.get("words")).toEqual(many.map(([, , word]) => word));
    });

    test("passes on missing values and every text", async () => {
      const texts = ["", "ünïcödé 🦉", 'a "quoted"\nline', "x".repeat(10_000)];
      const outputs = await withSession((session) =>
        session.run(
          rows(...texts.map((text) => [Number.NaN, Number.POSITIVE_INFINITY, text] as const)),
          both,
        ),
      );
      expect([...(outputs.get("doubled") ?? [])]).toEqual(
        texts.flatMap(() => [Number.NaN, Number.POSITIVE_INFINITY]),
      );
      expect(outputs.get("words")).toEqual(texts);
    });

    test("answers several runs at once, each with its own rows", async () => {
      const answers = await withSession((session) =>
        Promise.all(
          Array.from({ length: 20 }, (_, index) => session.run(rows([index, 0, `${index}`]), both)),
        ),
      );
      expect(answers.map((outputs) => outputs.get("words"))).toEqual(answers.map((_, index) => [`${index}`]));
      expect(answers.map((outputs) => outputs.get("doubled")?.[0])).toEqual(answers.map((_, i) => 2 * i));
    });

    test("gives the one output that is asked for, and rejects a name that is none", async () => {
      const outputs = await withSession((session) => session.run(rows([1, 2, "red"]), ["words"]));
      expect([...outputs]).toEqual([["words", ["red"]]]);
      await expect(withSession((session) => session.run(rows([1, 2, "red"]), ["other"]))).rejects.toThrow();
    });

    test("keeps an answer when it runs again and is closed", async () => {
      const first = await withSession(async (session) => {
        const outputs = await session.run(rows([1, 2, "first"]), both);
        await session.run(rows([7, 8, "second"]), both);
        return outputs;
      });
      expect(first.get("doubled")).toEqual(Float32Array.of(2, 4));
    });

    test.each(["x", "words in"])("rejects rows without the input %s", async (missing) => {
      const run = withSession((session) => session.run(without(rows([1, 2, "red"]), missing), both));
      await expect(run).rejects.toThrow(missing);
    });

    test("rejects text for numbers, and rows of another width", async () => {
      await withSession(async (session) => {
        const { values } = rows([1, 2, "red"]);
        const text = new Map(values).set("x", ["1", "2"]);
        const wide = new Map(values).set("x", Float32Array.of(1, 2, 3));
        await expect(session.run({ nRows: 1, values: text }, both)).rejects.toThrow();
        await expect(session.run({ nRows: 1, values: wide }, both)).rejects.toThrow();
        expect((await session.run(rows([1, 2, "red"]), both)).get("words")).toEqual(["red"]);
      });
    });

    test("is closed twice without harm, and rejects to run afterwards", async () => {
      const session = await open(doublingGraph());
      await session.close();
      await session.close();
      await expect(session.run(rows([1, 2, "red"]), both)).rejects.toThrow();
    });

    test.each([
      ["no bytes", new Uint8Array()],
      ["text", new TextEncoder().encode("<html>not found</html>")],
      ["half of a graph", doublingGraph().subarray(0, 100)],
    ])("refuses to open %s", async (_what, bytes) => {
      const opened = open(bytes);
      await expect(opened).rejects.toBeInstanceOf(MltError);
      await expect(opened).rejects.toMatchObject({ exitCode: 3 });
    });
  });
}
