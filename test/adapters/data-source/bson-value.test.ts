import { expect, test } from "bun:test";
import { Decimal128, Timestamp, UUID } from "mongodb";
import pl from "nodejs-polars";
import { addBsonValue } from "../../../adapters/data-source/bson-value.ts";
import { ColumnBuilder } from "../../../adapters/data-source/column-builder.ts";
import { failure } from "../../support/failure.ts";

function columnOf(...values: readonly unknown[]): unknown[] {
  const column = new ColumnBuilder(pl, "x");
  for (const value of values) addBsonValue(column, value);
  return column.finish().toArray();
}

test("addBsonValue() makes numbers of decimals", () => {
  expect(columnOf(Decimal128.fromString("12.50"), null, Decimal128.fromString("-0.1"))).toEqual([
    12.5,
    null,
    -0.1,
  ]);
});

test("addBsonValue() refuses a whole decimal that a number would round", async () => {
  const error = await failure(() => columnOf(Decimal128.fromString("9007199254740993")));
  expect(error.message).toBe('Column "x" holds 9007199254740993, which a 64-bit number would round');
});

test("addBsonValue() writes what is no number or time as text", () => {
  const uuid = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
  expect(columnOf("a", new UUID(uuid), { b: [1] }, undefined)).toEqual(["a", uuid, '{"b":[1]}', null]);
  expect(columnOf(new Timestamp({ t: 5, i: 1 }))).toEqual(['{"$timestamp":{"t":5,"i":1}}']);
});
