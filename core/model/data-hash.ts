import type { Columns } from "../features/columns.ts";
import { sha256 } from "./sha256.ts";

/** Tells whether two trainings saw the same rows: a hash of every feature's values and of the target, in order. */
export async function hashData(columns: Columns, target: readonly unknown[]): Promise<string> {
  const hashes: string[] = [];
  for (const [name, values] of columns.values) {
    const bytes =
      values instanceof Float32Array
        ? Uint8Array.from(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
        : encode(JSON.stringify(values));
    hashes.push(name, await sha256(bytes));
  }
  hashes.push(await sha256(encode(JSON.stringify(target.map(String)))));
  return sha256(encode(JSON.stringify(hashes)));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
