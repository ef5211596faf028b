import { expect, test } from "bun:test";
import type { LogRecord } from "../../../core/prediction-log/log-record.ts";
import { recordBatches } from "../../../core/prediction-log/record-batches.ts";

async function* numbered(count: number): AsyncGenerator<LogRecord> {
  for (let row = 0; row < count; row++)
    yield { event: "predict", timeMs: row, key: `r:${row}`, fields: { row } };
}

test.each<[count: number, batches: number[][]]>([
  [0, []],
  [1, [[0]]],
  [4, [[0, 2]]],
  [5, [[0, 2], [4]]],
])("recordBatches() of the even ones of %d, two at a time", async (count, batches) => {
  const wanted = ({ timeMs }: LogRecord) => timeMs % 2 === 0;
  const found = await Array.fromAsync(recordBatches(numbered(count), { wanted, size: 2 }));
  expect(found.map((batch) => batch.map(({ timeMs }) => timeMs))).toEqual(batches);
});
