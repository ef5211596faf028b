import { KindGuard, type TSchema } from "@sinclair/typebox";

/**
 * What a value must be, to stand after "Expected port to be": `an integer from 0 to 65535`.
 *
 * A schema with a pattern says it itself, in its `expected` annotation.
 */
export function expected(schema: TSchema): string {
  const own: unknown = schema["expected"];
  if (typeof own === "string") return own;
  if (KindGuard.IsInteger(schema)) return `an integer${range(schema)}`;
  if (KindGuard.IsNumber(schema)) return `a number${range(schema)}`;
  if (KindGuard.IsBoolean(schema)) return "true or false";
  if (KindGuard.IsString(schema)) return schema.minLength === undefined ? "text" : "text that is not empty";
  if (KindGuard.IsArray(schema)) return schema.minItems === undefined ? "a list" : "a list that is not empty";
  if (KindGuard.IsObject(schema)) return `a map with the keys ${Object.keys(schema.properties).join(", ")}`;
  if (KindGuard.IsUnion(schema)) return alternatives(schema.anyOf);
  throw new RangeError("Cannot describe a schema of this kind");
}

/** The values of a choice, such as `classification` and `regression`; empty for any other schema. */
export function choices(schema: TSchema): readonly string[] {
  if (!KindGuard.IsUnion(schema)) return [];
  return schema.anyOf.filter(KindGuard.IsLiteral).map((literal) => String(literal.const));
}

function alternatives(variants: readonly TSchema[]): string {
  if (!variants.every(KindGuard.IsLiteral)) return variants.map(expected).join(" or ");
  return `one of ${variants.map((literal) => JSON.stringify(literal.const)).join(", ")}`;
}

interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const bounds = [
    minimum === undefined ? [] : [`of at least ${minimum}`],
    exclusiveMinimum === undefined ? [] : [`greater than ${exclusiveMinimum}`],
    maximum === undefined ? [] : [`of at most ${maximum}`],
    exclusiveMaximum === undefined ? [] : [`less than ${exclusiveMaximum}`],
  ].flat();
  return bounds.length === 0 ? "" : ` ${bounds.join(" and ")}`;
}
