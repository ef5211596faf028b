import { expect, test } from "bun:test";
import pl from "nodejs-polars";
import { SimpleImputer } from "../../../core/learn/preprocessing/simple-imputer.ts";
import { StandardScaler } from "../../../core/learn/preprocessing/standard-scaler.ts";
import { seededRandom } from "../../../core/learn/random.ts";
import { restoreState, saveState } from "../../../core/model/fitted-preprocessor.ts";
import type { ProjectPreprocessor } from "../../../core/ports.ts";
import { failure } from "../../support/failure.ts";

/** A Preprocessor without work to do: the tests give it fields. */
class Preprocessor implements ProjectPreprocessor {
  splitXy = undefined as never;
  fitX = undefined as never;
  processX = undefined as never;
  fitY = undefined as never;
  processY = undefined as never;
}

function withFields<Fields extends object>(fields: Fields): ProjectPreprocessor & Fields {
  return Object.assign(new Preprocessor(), fields);
}

function throughJson(fitted: ProjectPreprocessor, fresh: ProjectPreprocessor): ProjectPreprocessor {
  return restoreState(fresh, JSON.parse(JSON.stringify(saveState(fitted))));
}

/** Anything that JSON can hold, at most four deep. */
function randomValue(random: () => number, depth = 0): unknown {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)];
  const kind = pick(
    depth < 4 ? ["number", "text", "constant", "list", "object"] : ["number", "text", "constant"],
  );
  const size = Math.floor(random() * 4);
  switch (kind) {
    case "number":
      return pick([0, 1, -1.5, 5e-324, Number.MAX_VALUE, random() * 1e6, 2 ** 53 + 2]);
    case "text":
      return pick(["", "null", "NaN", "ünïcödé 🦉", '"\\\n', "__proto__"]);
    case "constant":
      return pick([true, false, null]);
    case "list":
      return Array.from({ length: size }, () => randomValue(random, depth + 1));
    default:
      return Object.fromEntries(
        ["a", "toJSON", "constructor", "b c"]
          .slice(0, size)
          .map((key) => [key, randomValue(random, depth + 1)]),
      );
  }
}

test("restoreState() gives back every state that saveState() can keep", () => {
  const random = seededRandom(7);
  for (let round = 0; round < 500; round++) {
    const fields = { learned: randomValue(random), other: randomValue(random) };
    expect(throughJson(withFields(fields), withFields({ learned: 1, other: [1] }))).toEqual(
      withFields(fields),
    );
  }
});

test("saveState() keeps the fields of a base class, and leaves methods and undefined fields out", () => {
  class Base extends Preprocessor {
    mean = 1;
    unset: number | undefined;
    double(): number {
      return 2 * this.mean;
    }
  }
  class Derived extends Base {
    scale = 3;
  }
  expect(saveState(new Derived())).toEqual({ mean: 1, scale: 3 });
});

test("restoreState() keeps the class, and leaves other fields as a new instance has them", () => {
  class Counting extends Preprocessor {
    mean = 0;
    label = "fresh";
  }
  const restored = restoreState(new Counting(), { mean: 4 });
  expect(restored).toMatchObject({ mean: 4, label: "fresh" });
  expect(restored).toBeInstanceOf(Counting);
});

const train = pl.DataFrame({ x: [1, 3] }); // mean 2, standard deviation 1
const scaled = (scaler: StandardScaler) => [...scaler.transform(pl.DataFrame({ x: [2, 4] })).data];

test("restoreState() gives transformers their state back, in lists and objects too", () => {
  const fresh = () => ({
    scaler: new StandardScaler(),
    list: [new StandardScaler(), new StandardScaler({ withMean: false })] as const,
    named: { by: { sepal: new StandardScaler() }, count: 0 },
  });
  const fitted = withFields(fresh());
  for (const scaler of [fitted.scaler, ...fitted.list, fitted.named.by.sepal]) scaler.fit(train);
  fitted.named.count = 2;
  const restored = withFields(fresh());
  throughJson(fitted, restored);
  // (2 - 2) / 1 and (4 - 2) / 1; without the mean 2 / 1 and 4 / 1.
  expect(scaled(restored.scaler)).toEqual([0, 2]);
  expect(restored.list.map(scaled)).toEqual([
    [0, 2],
    [2, 4],
  ]);
  expect(scaled(restored.named.by.sepal)).toEqual([0, 2]);
  expect(restored.named.count).toBe(2);
});

test("restoreState() refuses a transformer that a new Preprocessor does not have", async () => {
  const fitted = withFields({ scalers: [new StandardScaler().fit(train)] });
  const error = await failure(() => throughJson(fitted, withFields({ scalers: [] })));
  expect(error.message).toBe(
    "Preprocessor.scalers[0] is a transformer in training, and none in a new Preprocessor",
  );
  expect(error.hint).toBe("Make the transformer where the field is declared, not in fitX.");
});

test("restoreState() leaves functions to the new Preprocessor, which has its own", async () => {
  class Arrows extends Preprocessor {
    factor = 1;
    steps = { double: (x: number) => 2 * x };
    scale = (x: number): number => this.steps.double(x) * this.factor;
  }
  const fitted = new Arrows();
  fitted.factor = 5;
  const restored = new Arrows();
  throughJson(fitted, restored);
  expect(restored.scale(3)).toBe(30); // 2 * 3 * 5
  const error = await failure(() => throughJson(withFields({ log: Math.log }), new Preprocessor()));
  expect(error.message).toBe("Preprocessor.log is a function in training, and none in a new Preprocessor");
});

test("restoreState() refuses the state of another transformer", async () => {
  const fitted = withFields({ step: new StandardScaler().fit(train) });
  const error = await failure(() => throughJson(fitted, withFields({ step: new SimpleImputer() })));
  expect(error.message).toBe("Cannot restore SimpleImputer from this state");
});

test.each([undefined, null, 3, "{}", [1]])("restoreState() refuses %p for a state", async (state) => {
  const error = await failure(() => restoreState(new Preprocessor(), state));
  expect(error.message).toBe("The preprocessor's state is not an object");
});

test("saveState() refuses a transformer that was not fitted", async () => {
  const error = await failure(() => saveState(withFields({ scaler: new StandardScaler() })));
  expect(error.message).toBe("StandardScaler is not fitted");
});

const cycle: unknown[] = [];
cycle.push({ back: cycle });

test.each([
  ["a Map", { learned: new Map() }, "Preprocessor.learned", "a Map"],
  ["a Set in an object", { learned: { seen: new Set() } }, "Preprocessor.learned.seen", "a Set"],
  ["a Date", { since: new Date(0) }, "Preprocessor.since", "a Date"],
  ["a typed array", { weights: new Float64Array(2) }, "Preprocessor.weights", "a Float64Array"],
  ["a NaN", { mean: Number.NaN }, "Preprocessor.mean", "NaN"],
  ["an infinity in a list", { bounds: [0, Number.POSITIVE_INFINITY] }, "Preprocessor.bounds[1]", "Infinity"],
  ["a bigint", { rows: 3n }, "Preprocessor.rows", "a bigint"],
  ["a symbol", { mark: Symbol("mark") }, "Preprocessor.mark", "a symbol"],
  ["a gap in a list", { means: [1, undefined] }, "Preprocessor.means[1]", "undefined"],
  ["a frame", { seen: train }, "Preprocessor.seen", "a DataFrame"],
  ["a cycle", { cycle }, "Preprocessor.cycle[0].back", "an object that holds itself"],
])("saveState() refuses %s and names it", async (_what, fields, path, what) => {
  const error = await failure(() => saveState(withFields(fields)));
  expect(error.message).toBe(`Cannot keep ${path} in model.json: it is ${what}`);
});

test("saveState() keeps an object that stands in two places", () => {
  const shared = { mean: 1 };
  expect(saveState(withFields({ a: shared, b: [shared, shared] }))).toEqual({
    a: { mean: 1 },
    b: [{ mean: 1 }, { mean: 1 }],
  });
});
