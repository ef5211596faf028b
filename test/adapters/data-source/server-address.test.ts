import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { serverAddress } from "../../../adapters/data-source/server-address.ts";
import { failure } from "../../support/failure.ts";
import { tempDir } from "../../support/temp-dir.ts";

const rules = { called: "readPostgres", product: "PostgreSQL", schemes: ["postgres", "postgresql"] };
const read = (url: string) => serverAddress(url, rules);

beforeAll(() => {
  process.env["MLT_TEST_URL"] = "postgres://ann:p%40ss%2Fword@db/shop";
});
afterAll(() => {
  delete process.env["MLT_TEST_URL"];
});

test.each([
  ["postgres://db", "db"],
  ["postgresql://ann@db:5433/shop?sslmode=require", "db:5433/shop"],
  ["postgres://ann:p%40ss%2Fword@db:5432/shop", "db:5432/shop"],
  ["postgres://ann:p%40ss%2Fword@[::1]:5432/shop", "[::1]:5432/shop"],
  ["postgres://ann:p%40ss%2Fword@one:1,two:2/shop", "one:1,two:2/shop"],
  ["postgres://%2Frun%2Fpostgresql/shop", "%2Frun%2Fpostgresql/shop"],
])("serverAddress() of %s names its place", (url, place) => {
  expect(read(url).shown).toBe(`PostgreSQL at "${place}"`);
});

test("serverAddress() finds the password where it may stand", () => {
  expect(read("postgres://ann:p%40ss%2Fword@db/shop").password).toBe("p@ss/word");
  expect(read("postgres://db/shop?user=ann&password=p%40ss%2Fword").password).toBe("p@ss/word");
});

// Each would be shown as a part of the place, or kept from the check for secrets.
test.each([
  "postgres://ann:pass/word@db/shop",
  "postgres://ann:pass?word@db/shop",
  "postgres://ann:pass#word@db/shop",
  "postgres://ann:p@ss/word@db/shop",
  "postgres://ann:password",
  "mysql://ann:password@db/shop",
  "password",
])("serverAddress() does not read %s, and tells nothing of it", async (url) => {
  const error = await failure(() => read(url));
  expect(error.message).toBe("Cannot read the connection string of readPostgres as one of PostgreSQL");
  expect(error.hint).not.toContain("ann");
});

test("serverAddress() takes a password of a file that a variable ending in _FILE names", async () => {
  using dir = tempDir();
  const url = "postgres://ann:mounted-secret@db/shop";
  const error = await failure(() => read(url));
  expect(error.message).not.toContain("mounted-secret");
  writeFileSync(join(dir.path, "password"), "mounted-secret\n");
  process.env["MLT_TEST_PASSWORD_FILE"] = join(dir.path, "password");
  expect(read(url).password).toBe("mounted-secret");
  delete process.env["MLT_TEST_PASSWORD_FILE"];
});
