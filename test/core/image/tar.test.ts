import { expect, test } from "bun:test";
import { tarEntries, tarHeader, tarPadding } from "../../../core/image/tar.ts";

const text = (bytes: Uint8Array, from: number, to: number) =>
  new TextDecoder().decode(bytes.subarray(from, to));

test("tarHeader() has every field where POSIX puts it, and the sum of its bytes", () => {
  const header = tarHeader({ path: "a", kind: "file", mode: 0o644, sizeBytes: 1 }, 0);
  expect(header.length).toBe(512);
  expect(text(header, 0, 2)).toBe("a\0");
  expect(text(header, 100, 124)).toBe("0000644\x000000000\x000000000\0");
  expect(text(header, 124, 148)).toBe("00000000001\x0000000000000\0");
  // By hand: a 97, mode 350, owners 672, size 529, time 528, spaces 256, type 48, ustar 559, version 96, devices 672.
  expect(text(header, 148, 157)).toBe("007337\0 0");
  expect(text(header, 257, 265)).toBe("ustar\x0000");
  expect(text(header, 329, 345)).toBe("0000000\x000000000\0");
});

test("tarHeader() ends a folder's name with a slash, and says its time", () => {
  const header = tarHeader({ path: "app", kind: "folder", mode: 0o755, sizeBytes: 0 }, 8);
  expect(text(header, 0, 5)).toBe("app/\0");
  expect(text(header, 136, 148)).toBe("00000000010\0");
  expect(text(header, 156, 157)).toBe("5");
});

test("tarHeader() says whose an entry is", () => {
  const owner = { uid: 65_532, gid: 8 };
  const header = tarHeader({ path: "a", kind: "file", mode: 0o644, sizeBytes: 0, owner }, 0);
  // 65,536 is 200000 in octal, and 4 less is 177774.
  expect(text(header, 108, 124)).toBe("0177774\x000000010\0");
});

test("tarHeader() puts a name of more than 100 bytes into a PAX header before it", () => {
  const path = "n".repeat(101);
  const bytes = tarHeader({ path, kind: "file", mode: 0o644, sizeBytes: 0 }, 0);
  expect(bytes.length).toBe(3 * 512);
  expect(text(bytes, 156, 157)).toBe("x");
  // 3 digits, a space, "path=", 101 letters and a newline.
  expect(text(bytes, 512, 512 + 112)).toBe(`111 path=${path}\n\0`);
  expect(text(bytes, 124, 135)).toBe("00000000157");
  expect(text(bytes, 1024 + 156, 1024 + 157)).toBe("0");
});

test("tarHeader() puts a name with other letters than ASCII's into a PAX header", () => {
  // Two bytes of é: "12 path=é\n" would be 11 bytes.
  const bytes = tarHeader({ path: "é", kind: "file", mode: 0o644, sizeBytes: 0 }, 0);
  expect(text(bytes, 512, 512 + 12)).toBe("11 path=é\n\0");
});

test("tarHeader() says a size of 8 GiB in a PAX header", () => {
  const bytes = tarHeader({ path: "a", kind: "file", mode: 0o644, sizeBytes: 8_589_934_592 }, 0);
  expect(text(bytes, 512, 512 + 19)).toBe("19 size=8589934592\n");
});

test("tarPadding() fills a block", () => {
  expect([0, 1, 511, 512, 513].map((size) => tarPadding(size).length)).toEqual([0, 511, 1, 0, 511]);
});

test("tarEntries() sorts, and makes each folder once before what is in it", () => {
  const files = [{ path: "app/b" }, { path: "app-x" }, { path: "app/a/c" }];
  expect<unknown>(tarEntries(files, [{ path: "app/a", mode: 0o750, uid: 7, gid: 8 }])).toEqual([
    { folder: { path: "app", mode: 0o755, uid: 0, gid: 0 } },
    { file: { path: "app-x" } },
    { folder: { path: "app/a", mode: 0o750, uid: 7, gid: 8 } },
    { file: { path: "app/a/c" } },
    { file: { path: "app/b" } },
  ]);
});

test.each(["/etc/passwd", "../x", "a/../b", "a//b", "a/", "", "a/./b", "a\0"])(
  "tarEntries() takes no path %p",
  (path) => {
    expect(() => tarEntries([{ path }])).toThrow(RangeError);
  },
);

test("tarEntries() takes no path twice, nor a file that is a folder", () => {
  expect(() => tarEntries([{ path: "a" }, { path: "a" }])).toThrow(RangeError);
  expect(() => tarEntries([{ path: "a" }, { path: "a/b" }])).toThrow(RangeError);
});
