import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commandReference } from "../../cli/reference.ts";

test("docs/commands.md is what the commands say; npm run docs writes it", async () => {
  const written = readFileSync(join(import.meta.dirname, "../../docs/commands.md"), "utf8");
  expect(written).toBe(await commandReference());
});
