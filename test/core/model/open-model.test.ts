import { describe, expect, test } from "bun:test";
import type { Columns } from "../../../core/features/columns.ts";
import type { ModelCard } from "../../../core/model/model-card.ts";
import { type ModelRuntime, openModel } from "../../../core/model/open-model.ts";
import type { InferenceSession } from "../../../core/ports.ts";
import { failure } from "../../support/failure.ts";
import { fixedCard } from "../../support/fixed-softmax-predictor.ts";

const card: ModelCard = {
  ...fixedCard,
  task: "regression",
  classes: [],
  features: [{ name: "x", type: "number", nullable: false }],
  golden: [{ row: { x: 2 }, prediction: 4 }],
};

/** Stands at the InferenceSession port: doubles x, and says how often it was closed. */
function doublingSession(output = "prediction"): InferenceSession & { closed(): number } {
  let closed = 0;
  return {
    async run({ values }: Columns) {
      const x = values.get("x");
      if (!(x instanceof Float32Array)) throw new Error("input 'x' is missing in 'feeds'.");
      return new Map([[output, x.map((value) => 2 * value)]]);
    },
    async close() {
      closed++;
    },
    closed: () => closed,
  };
}

const runtime = (session: InferenceSession): ModelRuntime => ({
  openSession: async () => session,
  openPreprocessor: () => Promise.reject(new RangeError("There is no code to open")),
  frameTools: () => Promise.reject(new RangeError("There are no frames to make")),
});
const onnx = new Uint8Array();

describe("openModel()", () => {
  test("opens a model that answers its golden requests, without data frames where it needs none", async () => {
    const session = doublingSession();
    const predictor = await openModel({ card, onnx }, runtime(session));
    expect(await predictor.predict({ nRows: 1, values: new Map([["x", Float32Array.of(3)]]) })).toEqual({
      task: "regression",
      values: Float32Array.of(6),
    });
    expect(session.closed()).toBe(0);
    await predictor.close();
    expect(session.closed()).toBe(1);
  });

  test.each<[string, ModelCard, string, string]>([
    [
      "answers otherwise",
      { ...card, golden: [{ row: { x: 2 }, prediction: 5 }] },
      "prediction",
      "The model does not answer its golden request 1 as it did when it was trained",
    ],
    [
      "has a graph of other features than its card",
      { ...card, features: [{ name: "y", type: "number", nullable: false }] },
      "prediction",
      "The model cannot answer its golden requests: input 'x' is missing in 'feeds'.",
    ],
    [
      "has a graph of another task than its card",
      card,
      "probabilities",
      'The model\'s graph has no number output "prediction"',
    ],
  ])("refuses a model that %s, and closes its session", async (_what, changed, output, message) => {
    const session = doublingSession(output);
    const error = await failure(() => openModel({ card: changed, onnx }, runtime(session)));
    expect(error.message).toBe(message);
    expect(error.exitCode).toBe(3);
    expect(session.closed()).toBe(1);
  });

  test("refuses a model that lacks its preprocessor.js", async () => {
    const own = { ...card, preprocessor: { columns: ["x"], state: {} } };
    const error = await failure(() => openModel({ card: own, onnx }, runtime(doublingSession())));
    expect(error.message).toBe("The model needs its preprocessor.js, and there is none");
  });
});
