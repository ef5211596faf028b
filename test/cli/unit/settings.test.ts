import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { openProject } from "../../../cli/project/open-project.ts";
import { masked, settingsOf } from "../../../cli/project/settings.ts";
import { configKeys } from "../../../core/config/config-keys.ts";
import { tempDir } from "../../support/temp-dir.ts";

test("settingsOf() lists every setting with its value and where it came from", async () => {
  using dir = tempDir();
  await mkdir(join(dir.path, "project"));
  await dir.write({ "project/config.yaml": "# mine\nserve:\n  port: 8080\n" });
  const project = await openProject(join(dir.path, "project"), { "train.seed": "7" });
  const settings = new Map(settingsOf(project).map((setting) => [setting.name, setting]));
  expect([...settings.keys()]).toEqual(configKeys.map(({ name }) => name));
  expect(settings.get("serve.port")).toEqual({ name: "serve.port", value: 8080, from: "config.yaml:3" });
  expect(settings.get("train.seed")).toEqual({ name: "train.seed", value: 7, from: "flag" });
  expect(settings.get("serve.host")).toMatchObject({ value: "127.0.0.1", from: "default" });
  expect(settings.get("train.n_rows")).toMatchObject({ value: undefined, from: "default" });
});

test.each([
  ["mongodb.password", "hunter2", "***"],
  ["registry.token", "", "***"],
  ["registry.token", undefined, undefined],
  ["mongodb.url", "mongodb://ada:hunter2@127.0.0.1:27017", "***"],
  ["mongodb.url", "mongodb://127.0.0.1:27017", "mongodb://127.0.0.1:27017"],
  ["serve.port", 5000, 5000],
])("masked() shows %s %p as %p", (name, value, shown) => {
  expect(masked({ name, schema: Type.Unknown() }, value)).toBe(shown);
});

test.each([
  [true, "***"],
  [false, "value"],
])("masked() goes by the mark of the schema before the name: secret %p", (secret, shown) => {
  for (const name of ["serve.tls_key_file", "serve.port"])
    expect(masked({ name, schema: Type.String({ secret }) }, "value")).toBe(shown);
});
