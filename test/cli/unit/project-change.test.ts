import { expect, test } from "bun:test";
import { changesTraining, restartSettings } from "../../../cli/project/project-change.ts";
import { resolveConfig } from "../../../core/config/resolve.ts";

function settings(text: string, variables: Readonly<Record<string, string>> = {}) {
  const { config } = resolveConfig({
    flags: {},
    environment: {},
    dotenv: { name: ".env", variables },
    file: { name: "config.yaml", text },
  });
  return { config, dotenv: variables };
}

const before = settings("project: { name: iris }\n");

test.each([
  ["serve: { max_rows: 5, port: 5001 }", ["serve.port", "serve.max_rows"]],
  ["serve: { cors_origins: ['*'] }", ["serve.cors_origins"]],
  ["source: src\nmodel_bin: bin", ["source", "model_bin"]],
  ["serve: { max_rows: 10000 } # the default", []],
  ["train: { seed: 1 }", []],
])("restartSettings() of %p are %p", (text, names) => {
  expect(restartSettings(before, settings(`project: { name: iris }\n${text}`))).toEqual(names);
});

test("restartSettings() takes what .env sets", () => {
  const key = { MLT_SERVE__API_KEYS: "0123456789abcdef" };
  expect(restartSettings(before, settings("project: { name: iris }", key))).toEqual(["serve.api_keys"]);
});

test.each([
  ["project: { name: flowers }", true],
  ["project: { name: iris }\ntrain: { seed: 1 }", true],
  ["project: { name: iris } # a comment", false],
  ["project: { name: iris }\nserve: { max_rows: 5 }", false],
])("changesTraining() of %p is %p", (text, changes) => {
  expect(changesTraining(before, settings(text))).toBe(changes);
});

test.each([
  ["DATABASE_URL", "a", true],
  ["MLT_TRAIN__SEED", "1", true],
  ["MLT_SERVE__MAX_ROWS", "5", false],
])("changesTraining() of %s in .env is %p", (name, value, changes) => {
  expect(changesTraining(before, settings("project: { name: iris }", { [name]: value }))).toBe(changes);
});
