import { expect, test } from "bun:test";
import { EventEmitter, once } from "node:events";
import { LineWriter, type LineWriterOptions } from "../../../../cli/log/line-writer.ts";

/** A stream whose reader reads when the test says so. */
class Stream extends EventEmitter {
  readonly written: string[] = [];
  private isRead = true;

  write(text: string): boolean {
    this.written.push(text);
    this.emit("written");
    return this.isRead;
  }

  /** From now on every write fills it. */
  stall(): void {
    this.isRead = false;
  }

  read(): void {
    this.isRead = true;
    this.emit("drain");
  }

  fail(code: string): void {
    this.emit("error", Object.assign(new Error(code), { code }));
  }
}

function writerTo(stream: Stream, options: Partial<LineWriterOptions> = {}): LineWriter {
  return new LineWriter(stream, { dropLine: (count) => `${count} dropped`, ...options });
}

test("A line is written by itself after a moment, together with those that came meanwhile", async () => {
  const stream = new Stream();
  const writer = writerTo(stream);
  const written = once(stream, "written");
  writer.write("one");
  writer.write("two");
  expect(stream.written).toEqual([]);
  await written;
  expect(stream.written).toEqual(["one\ntwo\n"]);
});

test("flush() writes what is held, once", () => {
  const stream = new Stream();
  const writer = writerTo(stream);
  writer.write("one");
  writer.flush();
  writer.flush();
  expect(stream.written).toEqual(["one\n"]);
});

test("A write holds whole lines, as many as fit; a longer line goes alone", () => {
  const stream = new Stream();
  const writer = writerTo(stream, { maxWriteBytes: 8 });
  // With their ends: 3, 3, 4 (é is two bytes), 11 and 2 bytes.
  for (const line of ["ab", "cd", "é1", "0123456789", "e"]) writer.write(line);
  writer.flush();
  expect(stream.written).toEqual(["ab\ncd\n", "é1\n", "0123456789\n", "e\n"]);
});

test("Where the stream is full, lines wait in order until it has passed on what it had", () => {
  const stream = new Stream();
  const writer = writerTo(stream, { maxWriteBytes: 6 });
  stream.stall();
  for (const line of ["ab", "cd", "ef", "gh", "ij"]) writer.write(line);
  writer.flush();
  expect(stream.written).toEqual(["ab\ncd\n"]);
  stream.read();
  expect(stream.written).toEqual(["ab\ncd\n", "ef\ngh\n", "ij\n"]);
});

test("Lines beyond what may be held are dropped, and their number is told once the reader is back", () => {
  const stream = new Stream();
  const writer = writerTo(stream, { maxHeldBytes: 9 });
  stream.stall();
  writer.write("taken");
  writer.flush();
  for (const line of ["ab", "cd", "ef", "gh", "ij"]) writer.write(line);
  expect(writer.dropped).toBe(2);
  stream.read();
  writer.flush();
  expect(stream.written).toEqual(["taken\n", "ab\ncd\nef\n", "2 dropped\n"]);
  writer.write("kl");
  writer.flush();
  expect(stream.written.at(-1)).toBe("kl\n");
  expect(writer.dropped).toBe(2);
});

test("After the reader has left, nothing is written or held", async () => {
  const stream = new Stream();
  const writer = writerTo(stream);
  stream.stall();
  writer.write("lost");
  writer.flush();
  stream.fail("EPIPE");
  writer.write("dropped");
  expect(await writer.drain(60_000)).toBe(true);
  expect(stream.written).toEqual(["lost\n"]);
  expect(writer.dropped).toBe(1);
});

test("After a write that failed, such as for a full disk, the next line is tried", () => {
  const stream = new Stream();
  const writer = writerTo(stream);
  stream.stall();
  writer.write("lost");
  writer.flush();
  stream.fail("ENOSPC");
  writer.write("next");
  writer.flush();
  expect(stream.written).toEqual(["lost\n", "next\n"]);
});

test("drain() resolves when the stream has passed all on, or in time without", async () => {
  const stream = new Stream();
  const writer = writerTo(stream);
  writer.write("one");
  expect(await writer.drain(60_000)).toBe(true);
  stream.stall();
  writer.write("two");
  expect(await writer.drain(1)).toBe(false);
  const drained = writer.drain(60_000);
  stream.read();
  expect(await drained).toBe(true);
  expect(stream.written).toEqual(["one\n", "two\n"]);
});
