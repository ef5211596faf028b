import type { ImageFolder } from "./image-plan.ts";

/** What a header of a tar archive says of an entry. */
export interface TarEntry {
  /** Without a slash at its begin; that of a folder has none at its end either. */
  readonly path: string;
  readonly kind: "file" | "folder";
  /** Permissions, such as 0o644. */
  readonly mode: number;
  /** Of the content, 0 for a folder. */
  readonly sizeBytes: number;
  /** Default root. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

const blockBytes = 512;
const encoder = new TextEncoder();
const root = { uid: 0, gid: 0 };

/** The two empty blocks that an archive ends with. */
export const tarEnd: Uint8Array = new Uint8Array(2 * blockBytes);

/**
 * The header of an entry: a USTAR one, behind a PAX one where a name is longer than 100 bytes or has
 * other letters than ASCII's, or the content is of 8 GiB or more. The same entry has the same bytes.
 *
 * @param modifiedSeconds  since 1970, of every entry alike
 */
export function tarHeader(entry: TarEntry, modifiedSeconds: number): Uint8Array {
  const name = encoder.encode(entry.kind === "folder" ? `${entry.path}/` : entry.path);
  const records: string[] = [];
  if (name.length > 100 || name.some((byte) => byte > 126)) {
    records.push(paxRecord("path", new TextDecoder().decode(name)));
  }
  if (entry.sizeBytes > 0o77777777777) records.push(paxRecord("size", String(entry.sizeBytes)));
  const type = entry.kind === "folder" ? "5" : "0";
  // Where a size has no room it is in the PAX header, and read from there.
  const sizeBytes = entry.sizeBytes > 0o77777777777 ? 0 : entry.sizeBytes;
  const { mode, owner = root } = entry;
  const header = ustarHeader({ name, type, mode, owner, sizeBytes, modifiedSeconds });
  if (records.length === 0) return header;
  const pax = encoder.encode(records.join(""));
  const paxName = encoder.encode("PaxHeader");
  return joined([
    ustarHeader({
      name: paxName,
      type: "x",
      mode: 0o644,
      owner: root,
      sizeBytes: pax.length,
      modifiedSeconds,
    }),
    pax,
    tarPadding(pax.length),
    header,
  ]);
}

/** What fills the last block of a content. */
export function tarPadding(sizeBytes: number): Uint8Array {
  return new Uint8Array((blockBytes - (sizeBytes % blockBytes)) % blockBytes);
}

/**
 * Files and folders in the order of an archive, each folder once and before what is in it; those that are not told of
 * are root's.
 *
 * @throws {RangeError} for a path that leads out of the archive, or that two have
 */
export function tarEntries<File extends { readonly path: string }>(
  files: readonly File[],
  folders: readonly ImageFolder[] = [],
): readonly ({ readonly folder: ImageFolder } | { readonly file: File })[] {
  const byPath = new Map<string, { readonly folder: ImageFolder } | { readonly file: File }>();
  const add = (path: string, entry: { readonly folder: ImageFolder } | { readonly file: File }) => {
    checkPath(path);
    if (byPath.has(path)) throw new RangeError(`Two are "${path}"`);
    byPath.set(path, entry);
  };
  for (const folder of folders) add(folder.path, { folder });
  for (const file of files) add(file.path, { file });
  for (const path of [...byPath.keys()].flatMap(foldersOf)) {
    const there = byPath.get(path);
    if (there === undefined) byPath.set(path, { folder: { path, mode: 0o755, ...root } });
    else if ("file" in there) throw new RangeError(`"${path}" is a file and a folder`);
  }
  return [...byPath].sort(([left], [right]) => byCodeUnits(left, right)).map(([, entry]) => entry);
}

function checkPath(path: string): void {
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".." || part.includes("\0"))) {
    throw new RangeError(`Not a path in an archive: "${path}"`);
  }
}

/** `a` and `a/b` of `a/b/c` */
function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, last) => parts.slice(0, last + 1).join("/"));
}

interface UstarFields {
  readonly name: Uint8Array;
  readonly type: string;
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly sizeBytes: number;
  readonly modifiedSeconds: number;
}

/** @see POSIX.1-2017, pax, "ustar Interchange Format" */
function ustarHeader(fields: UstarFields): Uint8Array {
  const { name, type, mode, owner, sizeBytes, modifiedSeconds } = fields;
  const header = new Uint8Array(blockBytes);
  const text = (offset: number, value: string) => header.set(encoder.encode(value), offset);
  const octal = (offset: number, digits: number, value: number) =>
    text(offset, value.toString(8).padStart(digits, "0"));
  header.set(name.subarray(0, 100));
  octal(100, 7, mode);
  octal(108, 7, owner.uid);
  octal(116, 7, owner.gid);
  octal(124, 11, sizeBytes);
  octal(136, 11, modifiedSeconds);
  text(148, " ".repeat(8));
  text(156, type);
  text(257, "ustar\x0000");
  octal(329, 7, 0);
  octal(337, 7, 0);
  // Of all bytes, the eight of the sum itself as spaces.
  const sum = header.reduce((total, byte) => total + byte, 0);
  text(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return header;
}

/** `length key=value`, where the length is that of the whole record, its own digits included. */
function paxRecord(key: string, value: string): string {
  const bytes = encoder.encode(` ${key}=${value}\n`).length;
  let length = bytes + 1;
  while (length !== bytes + String(length).length) length = bytes + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
