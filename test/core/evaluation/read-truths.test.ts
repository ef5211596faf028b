import { expect, test } from "bun:test";
import { readTruths, type TruthFile } from "../../../core/evaluation/read-truths.ts";
import type { Truth } from "../../../core/evaluation/truth-list.ts";
import { failure } from "../../support/failure.ts";

type Cells = Readonly<Record<string, readonly unknown[]>>;

function file(cells: Cells, options: Partial<TruthFile> = {}): TruthFile {
  const columns = Object.keys(cells);
  return {
    frame: {
      columns,
      height: Object.values(cells)[0]?.length ?? 0,
      getColumn: (name) => ({ name, toArray: () => [...(cells[name] ?? [])] }),
    },
    name: "truth.csv",
    card: { task: "classification", target: "species", id_name: "ID" },
    idIsDropped: false,
    idText: (id) => id,
    ...options,
  };
}

function truthsOf(given: TruthFile) {
  const truths: Omit<Truth, "timeMs">[] = [];
  const passedOver = readTruths(given, ({ timeMs: _, ...truth }) => truths.push(truth));
  return { truths, passedOver };
}

test("readTruths() reads ids that are numbers as text, and passes over what lacks a truth or a name", () => {
  const { truths, passedOver } = truthsOf(
    file({ ID: ["7", 8, 9n, null, "b"], species: ["setosa", "setosa", 1, "setosa", ""] }),
  );
  expect(truths).toEqual([
    { id: "7", truth: "setosa" },
    { id: "8", truth: "setosa" },
    { id: "9", truth: "1" },
  ]);
  expect(passedOver).toBe(2);
});

test("readTruths() takes a row by its request where it names one, and by its id otherwise", () => {
  const { truths } = truthsOf(
    file({
      request_id: ["r-1", "r-1", ""],
      row: ["", "1", ""],
      ID: ["a", "b", "c"],
      species: ["x", "y", "z"],
    }),
  );
  expect(truths).toEqual([
    { requestId: "r-1", row: 0, truth: "x" },
    { requestId: "r-1", row: 1, truth: "y" },
    { id: "c", truth: "z" },
  ]);
});

test("readTruths() hashes ids as the log does, and reads numbers of a regression from text", () => {
  const card = { task: "regression", target: "y", id_name: "ID" } as const;
  const { truths } = truthsOf(file({ ID: ["a"], y: ["1.5"] }, { card, idText: (id) => `hash of ${id}` }));
  expect(truths).toEqual([{ id: "hash of a", truth: 1.5 }]);
});

test("readTruths() finds an id under the name that records have it under", () => {
  const card = { task: "classification", target: "species", id_name: "row" } as const;
  expect(truthsOf(file({ id_row: ["a"], species: ["x"] }, { card })).truths).toEqual([
    { id: "a", truth: "x" },
  ]);
});

const regression = { task: "regression", target: "y", id_name: "ID" } as const;

test.each<[name: string, given: TruthFile, message: string, hint: string]>([
  [
    "has no column of the target",
    file({ ID: ["1"], specie: ["x"] }),
    '"truth.csv" has no column "species", the target of the model',
    'Rename its column "specie", if that is the one.',
  ],
  [
    "names no prediction",
    file({ Number: ["1"], species: ["x"] }),
    '"truth.csv" has no column "ID" and none "request_id": it names no prediction',
    "Add the column ID, with the ids that the predictions were asked for with.",
  ],
  [
    "has ids, and the model has none",
    file({ ID: ["1"], species: ["x"] }, { card: { task: "classification", target: "species" } }),
    '"truth.csv" has no column "request_id", and the model has no id',
    "Add the column request_id (the X-Request-Id of the prediction) and, for requests of several rows, row.",
  ],
  [
    "has ids, and the log has none",
    file({ ID: ["1"], species: ["x"] }, { idIsDropped: true }),
    '"truth.csv" has no column "request_id", and logging.drop leaves the id out of the log',
    "Add the column request_id (the X-Request-Id of the prediction) and, for requests of several rows, row.",
  ],
  [
    "has a row that is none",
    file({ request_id: ["r", "r"], row: ["0", "1.5"], species: ["x", "y"] }),
    'The column "row" of "truth.csv" is no row of a request in row 2',
    "Write whole numbers from 0 on: the place of the prediction in its request.",
  ],
  [
    "has a word for a number",
    file({ ID: ["1", "2"], y: ["1", "two"] }, { card: regression }),
    'The column "y" of "truth.csv" is not a finite number in row 2',
    "Mend that row, or take it out.",
  ],
])("readTruths() refuses a file that %s", async (_name, given, message, hint) => {
  expect(await failure(() => truthsOf(given))).toMatchObject({ message, hint, exitCode: 3 });
});
