import { BSON } from "mongodb";
import { integerOf, refuseBytes, textReader } from "./cell-text.ts";
import type { ColumnBuilder } from "./column-builder.ts";

/**
 * Adds a value as the driver gives it with `promoteValues: false`.
 *
 * @throws {MltError} for bytes, and for a kind of value other than those before
 */
export function addBsonValue(column: ColumnBuilder, value: unknown): void {
  if (value === null || value === undefined) column.add(null);
  else if (typeof value === "string") column.addOf("text", value);
  else if (typeof value === "boolean") column.addOf("boolean", value);
  else if (value instanceof Date) column.addOf("timestamp", value.getTime() * 1000);
  else if (!addNumber(column, value)) column.addOf("text", textOf(column, value));
}

function addNumber(column: ColumnBuilder, value: unknown): boolean {
  if (value instanceof BSON.Int32) column.addOf("integer", value.value);
  else if (value instanceof BSON.Double) column.addOf("number", value.value);
  else if (value instanceof BSON.Long && !(value instanceof BSON.Timestamp))
    column.addOf("integer", integerOf(value.toBigInt()));
  else if (value instanceof BSON.Decimal128) {
    column.addOf("number", textReader(column.name, "number")(String(value)));
  } else return false;
  return true;
}

/** Lists and documents as JSON, in MongoDB's relaxed form. */
function textOf(column: ColumnBuilder, value: unknown): string {
  if (value instanceof BSON.ObjectId || value instanceof BSON.UUID) return String(value);
  if (value instanceof BSON.Binary) refuseBytes(column.name);
  return BSON.EJSON.stringify(value, { relaxed: true });
}
