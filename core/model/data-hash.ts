import type { Columns } from "../features/columns.ts";
import { sha256 } from "./sha256.ts";

/**
 * Tells whether two trainings saw the same rows: a hash of every feature's values and of the target, in order.
 *
 * @param divider  the groups or times by which the rows were divided, where they were
 */
export async function hashData(
  columns: Columns,
  target: readonly unknown[],
  divider?: Int32Array | Float64Array,
): Promise<string> {
  const hashes: string[] = [];
  for (const [name, values] of columns.values) {
    const bytes = values instanceof Float32Array ? bytesOf(values) : encode(JSON.stringify(values));
    hashes.push(name, await sha256(bytes));
  }
  hashes.push(await sha256(encode(JSON.stringify(target.map(String)))));
  if (divider !== undefined) hashes.push(await sha256(bytesOf(divider)));
  return sha256(encode(JSON.stringify(hashes)));
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array | Float64Array) {
  return Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
