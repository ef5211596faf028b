import { MltError } from "../../core/errors.ts";
import { type Cell, type ColumnKind, inexact } from "./column-builder.ts";
import { daysOf, microsecondsOf } from "./time-text.ts";

/**
 * Reads the values of a column that a database sends as text.
 *
 * @throws {MltError} for a value that the column of a data frame does not hold, such as the date `infinity`
 */
export function textReader(column: string, kind: ColumnKind): (text: string) => Cell {
  switch (kind) {
    case "integer":
      return (text) => signedOf(column, text);
    case "number":
      return (text) => numberOf(column, text);
    case "boolean":
      return (text) => booleanOf(column, text);
    case "date":
      return (text) => daysOf(text) ?? refuse(column, text);
    case "timestamp":
      return (text) => microsecondsOf(text) ?? refuse(column, text);
    case "text":
      return (text) => text;
  }
}

/** A number as long as it is exact. */
export function integerOf(digits: string | bigint): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

/** Only an unsigned column has others. */
function signedOf(column: string, text: string): number | bigint {
  const integer = integerOf(text);
  if (typeof integer === "number" || BigInt.asIntN(64, integer) === integer) return integer;
  throw new MltError(`Column "${column}" holds ${text}, which is no signed integer of 64 bits`, {
    hint: "Select it as text, or leave it out.",
  });
}

/** The nearest double, as decimal fractions have none of their own; but a whole number must stay what it is. */
function numberOf(column: string, text: string): number {
  const number = Number(text);
  if (text.length > 15 && /^-?\d+(?:\.0*)?$/.test(text)) {
    const whole = text.replace(/\..*/, "");
    if (BigInt(whole) !== BigInt(number)) throw inexact(column, whole);
  }
  return number;
}

function booleanOf(column: string, text: string): boolean {
  if (text === "t" || text === "1") return true;
  if (text === "f" || text === "0") return false;
  throw new MltError(`Column "${column}" is declared as a boolean, and holds ${text}`, {
    hint: `Select it as a number: ${column} + 0 AS ${column}.`,
  });
}

function refuse(column: string, text: string): never {
  throw new MltError(`Column "${column}" holds the time "${text}", which no data frame can hold`, {
    hint: "Leave out those rows in the query, or turn them into NULL.",
  });
}

/** A column of bytes. */
export function refuseBytes(column: string): never {
  throw new MltError(`Column "${column}" holds bytes, which no model can read`, {
    hint: "Leave it out of the query, or turn it into text or numbers there.",
  });
}
