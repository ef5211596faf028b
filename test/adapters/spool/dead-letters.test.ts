import { expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { appendDeadLetters } from "../../../adapters/spool/dead-letters.ts";
import type { RefusedRecord } from "../../../core/prediction-log/log-record.ts";
import { smallDisk } from "../../support/small-disk.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

function refused(requestId: string, note = ""): RefusedRecord {
  const fields = { request_id: requestId, row: 0, features: { note } };
  return {
    record: { event: "predict", timeMs: 0, key: `${requestId}:0`, fields },
    reason: "It is too large",
  };
}

function lines(path: string): { readonly record: unknown; readonly reason: string; readonly time: string }[] {
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("records that a sink refused are set aside, a line each, with the time and its reason", async () => {
  using dir = tempDir();
  const path = join(dir.path, "spool", "dead-letter-a.ndjson");
  await appendDeadLetters(join(dir.path, "spool"), "a", []);
  expect(existsSync(path)).toBe(false);
  await appendDeadLetters(join(dir.path, "spool"), "a", [refused("x"), refused("y")]);
  await appendDeadLetters(join(dir.path, "spool"), "a", [refused("z")]);
  const set = lines(path);
  expect(set.map(({ record, reason }) => ({ record, reason }))).toEqual(
    ["x", "y", "z"].map((request_id) => ({
      record: { request_id, row: 0, features: { note: "" } },
      reason: "It is too large",
    })),
  );
  expect(new Date(set[0]?.time ?? "").toISOString()).toBe(set[0]?.time ?? "");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a line that a crash has torn spoils no other", async () => {
  using dir = tempDir();
  const path = join(dir.path, "dead-letter-a.ndjson");
  await appendDeadLetters(dir.path, "a", [refused("x")]);
  truncateSync(path, statSync(path).size - 10);
  await appendDeadLetters(dir.path, "a", [refused("y")]);
  const [torn, whole] = readFileSync(path, "utf8").split("\n");
  expect(() => JSON.parse(torn ?? "")).toThrow();
  expect(JSON.parse(whole ?? "")).toMatchObject({ record: { request_id: "y" } });
});

test("a file that has grown to 64 MiB is put aside", async () => {
  using dir = tempDir();
  const path = join(dir.path, "dead-letter-a.ndjson");
  await dir.write({ "dead-letter-a.ndjson": "\n" });
  truncateSync(path, 67_108_864);
  await appendDeadLetters(dir.path, "a", [refused("x")]);
  expect(existsSync(path)).toBe(false);
  expect(statSync(`${path}.1`).size).toBeGreaterThan(67_108_864);
  await appendDeadLetters(dir.path, "a", [refused("y")]);
  expect(lines(path)).toHaveLength(1);
});

testWith(["root", "tmpfs"], "a full disk takes whole lines, or nothing", async () => {
  using disk = smallDisk(65_536);
  const path = join(disk.path, "dead-letter-a.ndjson");
  await appendDeadLetters(disk.path, "a", [refused("x")]);
  const long = [refused("y", "y".repeat(100_000))];
  await expect(appendDeadLetters(disk.path, "a", long)).rejects.toThrow("ENOSPC");
  expect(lines(path)).toHaveLength(1);
});
