import { expect, test } from "bun:test";
import { imageNames } from "../../../core/image/image-names.ts";

const settings = { name: "iris", tag: "1.2.0" };
const commit = "3f2b9c1d0a4e5f60718293a4b5c6d7e8f9012345";

test("imageNames() puts registry and repository before the name", () => {
  expect(imageNames(settings, {})).toEqual(["iris:1.2.0"]);
  const pushed = { ...settings, registry: "registry.example.com:5000", repository: "team/models" };
  expect(imageNames(pushed, {})).toEqual(["registry.example.com:5000/team/models/iris:1.2.0"]);
});

test("imageNames() takes the tags of the command line instead, git for the commit", () => {
  expect(imageNames(settings, { tags: "stable, git,stable", commit })).toEqual([
    "iris:stable",
    "iris:3f2b9c1d",
  ]);
  expect(imageNames(settings, { tags: "git", commit, isChanged: true })).toEqual(["iris:3f2b9c1d-dirty"]);
});

test("imageNames() refuses a tag that is none, and a commit that is not there", () => {
  expect(() => imageNames(settings, { tags: "a:b" })).toThrow('Cannot read --tag "a:b" as a tag');
  expect(() => imageNames(settings, { tags: "stable," })).toThrow('Cannot read --tag "" as a tag');
  expect(() => imageNames(settings, { tags: "git" })).toThrow("There is no commit to take a tag from");
});
