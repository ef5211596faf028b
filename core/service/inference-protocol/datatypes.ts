/** A tensor datatype of the protocol whose elements all have the same size. */
export interface FixedDatatype {
  readonly sizeBytes: number;
  /** Whether a number of JSON is one of the datatype. */
  holds(value: number): boolean;
  /** The element at a byte offset, little-endian; `undefined` where the bytes are none of the datatype. */
  read(view: DataView, offset: number): number | boolean | undefined;
}

const bool: FixedDatatype = { sizeBytes: 1, holds: (value) => value === 0 || value === 1, read: readBool };

/**
 * The tensor datatypes of the Open Inference Protocol, `BYTES` apart, whose elements are of any length.
 * A 64-bit integer beyond 2^53 is rounded, as JSON's are; a column's float32 is coarser still.
 */
export const fixedDatatypes = {
  BOOL: bool,
  INT8: integer(1, -(2 ** 7), (view, offset) => view.getInt8(offset)),
  INT16: integer(2, -(2 ** 15), (view, offset) => view.getInt16(offset, true)),
  INT32: integer(4, -(2 ** 31), (view, offset) => view.getInt32(offset, true)),
  INT64: integer(8, -(2 ** 63), (view, offset) => Number(view.getBigInt64(offset, true))),
  UINT8: integer(1, 0, (view, offset) => view.getUint8(offset)),
  UINT16: integer(2, 0, (view, offset) => view.getUint16(offset, true)),
  UINT32: integer(4, 0, (view, offset) => view.getUint32(offset, true)),
  UINT64: integer(8, 0, (view, offset) => Number(view.getBigUint64(offset, true))),
  FP16: float(2, (view, offset) => view.getFloat16(offset, true)),
  FP32: float(4, (view, offset) => view.getFloat32(offset, true)),
  FP64: float(8, (view, offset) => view.getFloat64(offset, true)),
} as const;

export type Datatype = keyof typeof fixedDatatypes | "BYTES";

/** Whether a value names a datatype. */
export function isDatatype(value: unknown): value is Datatype {
  return value === "BYTES" || (typeof value === "string" && Object.hasOwn(fixedDatatypes, value));
}

/** Whether the elements are numbers. */
export function isNumeric(datatype: Datatype): boolean {
  return datatype !== "BYTES" && datatype !== "BOOL";
}

function integer(sizeBytes: number, low: number, read: FixedDatatype["read"]): FixedDatatype {
  const end = low + 2 ** (8 * sizeBytes);
  // The greatest 64-bit integers are `end` once they are read as a double.
  const holds = (value: number) =>
    Number.isInteger(value) && value >= low && (sizeBytes === 8 ? value <= end : value < end);
  return { sizeBytes, holds, read };
}

function float(sizeBytes: number, read: FixedDatatype["read"]): FixedDatatype {
  return { sizeBytes, holds: () => true, read };
}

function readBool(view: DataView, offset: number): boolean | undefined {
  const byte = view.getUint8(offset);
  return byte > 1 ? undefined : byte === 1;
}
