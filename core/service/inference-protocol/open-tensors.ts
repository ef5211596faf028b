import { type Datatype, type FixedDatatype, fixedDatatypes } from "./datatypes.ts";
import { badRequest, sentName } from "./inference-problem.ts";
import type { RequestInput } from "./inference-request.ts";

/** A tensor of a request whose elements can be read. */
export interface Tensor {
  readonly datatype: Datatype;
  /** The element at an index in row-major order; one of JSON may be any value. */
  at(index: number): unknown;
}

/**
 * Opens the tensors of a request, in the order of its inputs.
 *
 * @param inputs  with one or two dimensions, whose product is a safe integer
 * @param binary  the binary tensors of the body, one after the other
 * @throws {Problem} 400 when there are not as many elements as the shape says
 */
export function openTensors(inputs: readonly RequestInput[], binary: Uint8Array): readonly Tensor[] {
  let offset = 0;
  const tensors = inputs.map((input): Tensor => {
    const { name, datatype, content } = input;
    if ("data" in content) return { datatype, at: jsonElements(input, content.data) };
    const end = offset + content.binarySizeBytes;
    if (end > binary.length) {
      throw badRequest(
        `The body ends before the ${content.binarySizeBytes} bytes of input ${sentName(name)}`,
      );
    }
    const bytes = binary.subarray(offset, end);
    offset = end;
    return { datatype, at: binaryElements(input, bytes) };
  });
  if (offset === binary.length) return tensors;
  throw badRequest(`The body has ${binary.length - offset} bytes after its JSON that belong to no input`);
}

/** Data of two dimensions may be nested in rows or laid out flat. */
function jsonElements(input: RequestInput, data: readonly unknown[]): Tensor["at"] {
  const { name, shape } = input;
  const [nRows = 0, width] = shape;
  const count = countOf(input);
  if (width !== undefined && Array.isArray(data[0])) {
    const whole = data.length === nRows && data.every((row) => Array.isArray(row) && row.length === width);
    if (!whole) throw badRequest(`The data of input ${sentName(name)} are not ${nRows} rows of ${width}`);
    const flat = data.flat(1);
    return (index) => flat[index];
  }
  if (data.length === count) return (index) => data[index];
  throw badRequest(
    `Input ${sentName(name)} has ${data.length} elements in its data; its shape [${shape}] says ${count}`,
  );
}

function binaryElements(input: RequestInput, bytes: Uint8Array): Tensor["at"] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (input.datatype === "BYTES") return bytesElements(input, view);
  const { sizeBytes, read }: FixedDatatype = fixedDatatypes[input.datatype];
  const expected = countOf(input) * sizeBytes;
  if (bytes.length === expected) return (index) => read(view, index * sizeBytes);
  throw badRequest(
    `Input ${sentName(input.name)} has ${bytes.length} bytes; ${input.datatype} of shape [${input.shape}] takes ${expected}`,
  );
}

/** Each element of `BYTES` is its length, an unsigned integer of 4 bytes, and as many bytes. */
function bytesElements(input: RequestInput, view: DataView): Tensor["at"] {
  const count = countOf(input);
  const where = `input ${sentName(input.name)}`;
  // An element takes 4 bytes at least: a shape that is too large costs no memory.
  if (count * 4 > view.byteLength) {
    throw badRequest(`The ${view.byteLength} bytes of ${where} are too few for ${count} elements of BYTES`);
  }
  const texts: string[] = [];
  let offset = 0;
  for (let index = 0; index < count; index++) {
    const start = offset + 4;
    const end = start <= view.byteLength ? start + view.getUint32(offset, true) : start;
    if (end > view.byteLength) throw badRequest(`Element ${index} of ${where} is longer than its bytes`);
    texts.push(textOf(view, { start, end }) ?? notUtf8(index, where));
    offset = end;
  }
  if (offset === view.byteLength) return (index) => texts[index];
  throw badRequest(`The bytes of ${where} go on for ${view.byteLength - offset} after its ${count} elements`);
}

function textOf(view: DataView, { start, end }: { readonly start: number; readonly end: number }) {
  try {
    return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + start, end - start));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function notUtf8(index: number, where: string): never {
  throw badRequest(`Element ${index} of ${where} is not UTF-8`);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function countOf({ shape }: RequestInput): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}
