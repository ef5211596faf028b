/** What a header of a tar archive says of an entry. */
export interface TarEntry {
  /** Without a slash at its begin; that of a folder has none at its end either. */
  readonly path: string;
  readonly kind: "file" | "folder";
  /** Permissions, such as 0o644. */
  readonly mode: number;
  /** Of the content, 0 for a folder. */
  readonly sizeBytes: number;
}

const blockBytes = 512;
const encoder = new TextEncoder();

/** The two empty blocks that an archive ends with. */
export const tarEnd: Uint8Array = new Uint8Array(2 * blockBytes);

/**
 * The header of an entry, owned by root: a USTAR one, behind a PAX one where a name is longer than 100 bytes or has
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
  const header = ustarHeader({ name, type, mode: entry.mode, sizeBytes, modifiedSeconds });
  if (records.length === 0) return header;
  const pax = encoder.encode(records.join(""));
  const paxName = encoder.encode("PaxHeader");
  return joined([
    ustarHeader({ name: paxName, type: "x", mode: 0o644, sizeBytes: pax.length, modifiedSeconds }),
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
 * The files in the order of an archive, each folder once and before what is in it.
 *
 * @throws {RangeError} for a path that leads out of the archive, or that two have
 */
export function tarEntries<File extends { readonly path: string }>(
  files: readonly File[],
): readonly ({ readonly folder: string } | { readonly file: File })[] {
  const folders = new Set<string>();
  const byPath = new Map<string, File>();
  for (const file of files) {
    const parts = file.path.split("/");
    if (parts.some((part) => part === "" || part === "." || part === ".." || part.includes("\0"))) {
      throw new RangeError(`Not a path in an archive: "${file.path}"`);
    }
    if (byPath.has(file.path)) throw new RangeError(`Two files are "${file.path}"`);
    byPath.set(file.path, file);
    for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join("/"));
  }
  return [...new Set([...folders, ...byPath.keys()])].sort(byCodeUnits).map((path) => {
    const file = byPath.get(path);
    if (file === undefined) return { folder: path };
    if (folders.has(path)) throw new RangeError(`"${path}" is a file and a folder`);
    return { file };
  });
}

interface UstarFields {
  readonly name: Uint8Array;
  readonly type: string;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly modifiedSeconds: number;
}

/** @see POSIX.1-2017, pax, "ustar Interchange Format" */
function ustarHeader({ name, type, mode, sizeBytes, modifiedSeconds }: UstarFields): Uint8Array {
  const header = new Uint8Array(blockBytes);
  const text = (offset: number, value: string) => header.set(encoder.encode(value), offset);
  const octal = (offset: number, digits: number, value: number) =>
    text(offset, value.toString(8).padStart(digits, "0"));
  header.set(name.subarray(0, 100));
  octal(100, 7, mode);
  octal(108, 7, 0);
  octal(116, 7, 0);
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
