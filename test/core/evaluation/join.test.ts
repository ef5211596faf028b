import { expect, test } from "bun:test";
import { joinTruths } from "../../../core/evaluation/join.ts";

const file = Number.POSITIVE_INFINITY;

type Prediction = readonly [timeMs: number, request: number, row: number, id: number];
type Truth = readonly [
  timeMs: number,
  name: { readonly id: number } | { readonly request: number; readonly row: number },
];

function joined(predictions: readonly Prediction[], truths: readonly Truth[]) {
  const names = truths.map(([, name]) => ({ request: -1, row: 0, id: -1, ...name }));
  const { truthOf, replaced, unmatched } = joinTruths(
    {
      timeMs: Float64Array.from(predictions, ([timeMs]) => timeMs),
      request: Int32Array.from(predictions, ([, request]) => request),
      row: Int32Array.from(predictions, ([, , row]) => row),
      id: Int32Array.from(predictions, ([, , , id]) => id),
    },
    {
      timeMs: Float64Array.from(truths, ([timeMs]) => timeMs),
      request: Int32Array.from(names, ({ request }) => request),
      row: Int32Array.from(names, ({ row }) => row),
      id: Int32Array.from(names, ({ id }) => id),
    },
    10,
  );
  return { truthOf: Array.from(truthOf), replaced, unmatched };
}

test("joinTruths() joins by id, and by request and row", () => {
  const predictions: Prediction[] = [
    [100, 0, 0, 4],
    [100, 0, 1, -1],
    [200, 1, 0, 5],
    [300, 2, 0, -1],
  ];
  const truths: Truth[] = [
    [900, { request: 0, row: 1 }],
    [900, { id: 5 }],
    [file, { id: 4 }],
  ];
  expect(joined(predictions, truths)).toEqual({ truthOf: [2, 0, 1, -1], replaced: 0, unmatched: [] });
});

test("joinTruths() counts an id that was asked for twice once: its last prediction, whatever the order of the records", () => {
  const predictions: Prediction[] = [
    [300, 2, 0, 7],
    [100, 0, 0, 7],
    [200, 1, 0, 7],
  ];
  expect(joined(predictions, [[file, { id: 7 }]]).truthOf).toEqual([0, -1, -1]);
});

test("joinTruths() joins a truth that was told at a time with the last prediction before it", () => {
  const predictions: Prediction[] = [
    [100, 0, 0, 7],
    [200, 1, 0, 7],
    [300, 2, 0, 7],
  ];
  expect(joined(predictions, [[250, { id: 7 }]]).truthOf).toEqual([-1, 0, -1]);
  expect(joined(predictions, [[50, { id: 7 }]])).toEqual({
    truthOf: [-1, -1, -1],
    replaced: 0,
    unmatched: [0],
  });
});

test("joinTruths() lets the truth hold that was told last, a file's in any case, and the last line of it", () => {
  const told: Truth[] = [
    [500, { id: 1 }],
    [400, { id: 1 }],
  ];
  expect(joined([[100, 0, 0, 1]], told)).toEqual({ truthOf: [0], replaced: 1, unmatched: [] });
  const alsoFile: Truth[] = [[file, { id: 1 }], ...told, [file, { id: 1 }]];
  expect(joined([[100, 0, 0, 1]], alsoFile)).toEqual({ truthOf: [3], replaced: 3, unmatched: [] });
});

test("joinTruths() takes the later of two truths that name one prediction in both ways", () => {
  const prediction: Prediction[] = [[100, 3, 2, 1]];
  const byRequest = { request: 3, row: 2 };
  expect(
    joined(prediction, [
      [400, byRequest],
      [500, { id: 1 }],
    ]),
  ).toEqual({ truthOf: [1], replaced: 1, unmatched: [] });
  expect(
    joined(prediction, [
      [600, byRequest],
      [500, { id: 1 }],
    ]).truthOf,
  ).toEqual([0]);
});

test("joinTruths() takes the last of two answers that have one request id", () => {
  const predictions: Prediction[] = [
    [100, 0, 0, -1],
    [200, 0, 0, -1],
  ];
  expect(joined(predictions, [[file, { request: 0, row: 0 }]]).truthOf).toEqual([-1, 0]);
});

test("joinTruths() names the truths that nothing was predicted of", () => {
  const truths: Truth[] = [
    [file, { id: 3 }],
    [file, { request: 0, row: 1 }],
    [file, { request: 5, row: 0 }],
  ];
  const { truthOf, unmatched } = joined([[100, 0, 0, 2]], truths);
  expect(truthOf).toEqual([-1]);
  expect(unmatched.toSorted()).toEqual([0, 1, 2]);
});
