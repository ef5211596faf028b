/**
 * WebAssembly written as nested calls: `i32.add(a, b)` is the code that leaves a + b on the stack.
 * As little of it as the kernels need, so that they need no compiler and are read where they are used.
 *
 * @see https://webassembly.github.io/spec/core/binary/index.html
 */
export type Code = readonly number[];

/** A function to export: its parameters and then its locals are numbered from 0. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly returns?: ValueType;
  readonly body: readonly Code[];
}

const valueTypes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
type ValueType = keyof typeof valueTypes;

const operation = (...opcode: readonly number[]) => {
  return (...operands: readonly Code[]): Code => [...operands.flat(), ...opcode];
};
/** An access to memory at an address plus a constant; `align` is a power of two that the address should be a multiple of. */
const access = (opcode: readonly number[], align: number) => {
  return (operands: readonly Code[], offset = 0): Code => [
    ...operands.flat(),
    ...opcode,
    align,
    ...unsigned(offset),
  ];
};
const simd = (opcode: number) => [0xfd, ...unsigned(opcode)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  load: access([0x28], 2),
  load8: access([0x2d], 0),
  load16: access([0x2f], 1),
  store: access([0x36], 2),
  store8: access([0x3a], 0),
  add: operation(0x6a),
  sub: operation(0x6b),
  mul: operation(0x6c),
  and: operation(0x71),
  shl: operation(0x74),
  shrU: operation(0x76),
  or: operation(0x72),
  ltU: operation(0x49),
  gtS: operation(0x4a),
  geS: operation(0x4e),
  /** The lower half of an i64. */
  wrap: operation(0xa7),
} as const;

export const i64 = {
  const: (value: number): Code => [0x42, ...signed(value)],
  extendU: operation(0xad),
  load: access([0x29], 3),
  sub: operation(0x7d),
  and: operation(0x83),
  shl: operation(0x86),
  shrU: operation(0x88),
} as const;

export const f32 = {
  load: access([0x2a], 2),
  ne: operation(0x5c),
  gt: operation(0x5e),
} as const;

export const f64 = {
  const: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  load: access([0x2b], 3),
  store: access([0x39], 3),
  lt: operation(0x63),
  gt: operation(0x64),
  ge: operation(0x66),
  add: operation(0xa0),
  sub: operation(0xa1),
  mul: operation(0xa2),
  div: operation(0xa3),
  /** Of a signed i64. */
  convert: operation(0xb9),
} as const;

export const v128 = {
  load: access(simd(0x00), 4),
  /** Two 32-bit numbers into the lower half. */
  load64: access(simd(0x5d), 3),
  /** One 64-bit number into both halves. */
  load64Splat: access(simd(0x0a), 3),
  store: access(simd(0x0b), 4),
  or: operation(...simd(0x50)),
} as const;

export const i64x2 = {
  extendLowS: operation(...simd(0xc7)),
  splat: operation(...simd(0x12)),
  /** The vector with its first number replaced. */
  replaceFirst: operation(...simd(0x1e), 0),
  add: operation(...simd(0xce)),
  sub: operation(...simd(0xd1)),
} as const;

export const f64x2 = {
  splat: operation(...simd(0x14)),
  /** The vector with its second number replaced. */
  replaceSecond: operation(...simd(0x22), 1),
  first: operation(...simd(0x21), 0),
  second: operation(...simd(0x21), 1),
  add: operation(...simd(0xf0)),
  sub: operation(...simd(0xf1)),
  mul: operation(...simd(0xf2)),
  div: operation(...simd(0xf3)),
  nearest: operation(...simd(0x94)),
  /** As 32-bit integers in the lower half; the largest or least of them for what is beyond. */
  toInt32: operation(...simd(0xfc)),
} as const;

export const i32x4 = {
  /** The lower halves, number by number: a0 b0 a1 b1. */
  interleaveLow: operation(...simd(0x0d), 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23),
} as const;

export const memory = {
  /** To, from, how many bytes. */
  copy: operation(0xfc, 0x0a, 0, 0),
} as const;

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];

/** Repeats the body while the condition, an i32, is not 0; asks before the first time. */
export function whileLoop(condition: Code, body: readonly Code[]): Code {
  const again = [...body.flat(), ...condition, 0x0d, 0];
  return [...condition, 0x04, 0x40, 0x03, 0x40, ...again, 0x0b, 0x0b];
}

/** Does one thing if the condition is not 0, and another, if there is one, otherwise. */
export function ifThen(condition: Code, then: readonly Code[], otherwise: readonly Code[] = []): Code {
  return [...condition, 0x04, 0x40, ...then.flat(), 0x05, ...otherwise.flat(), 0x0b];
}

/** The bytes of a module that exports the functions; they share the memory that it imports as "kernels" "memory". */
export function wasmModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, returns }) => [
    0x60,
    ...vector(parameters.map((type) => [valueTypes[type]])),
    ...vector(returns === undefined ? [] : [[valueTypes[returns]]]),
  ]);
  const importedMemory = [
    ...text("kernels"),
    ...text("memory"),
    0x02,
    0x03,
    ...unsigned(1),
    ...unsigned(65536),
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [importedMemory]),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]),
    ),
    ...section(10, functions.map(functionBody)),
  ]);
}

function functionBody({ locals, body }: WasmFunction): number[] {
  const declared = vector(locals.map((type) => [1, valueTypes[type]]));
  const code = [...declared, ...body.flat(), 0x0b];
  return [...unsigned(code.length), ...code];
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return vector(Array.from(value, (character) => [character.charCodeAt(0)]));
}

/** LEB128, seven bits a byte. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}

function signed(value: number): number[] {
  const low = value & 127;
  const rest = value >> 7;
  const isLast = (rest === 0 && low < 64) || (rest === -1 && low >= 64);
  return isLast ? [low] : [low + 128, ...signed(rest)];
}
