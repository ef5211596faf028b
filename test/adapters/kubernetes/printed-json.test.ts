import { expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { printedAs, printedJson } from "../../../adapters/kubernetes/printed-json.ts";
import { failure } from "../../support/failure.ts";

test("what a client prints is taken only in the form that is relied on, and else is a failure of the client", async () => {
  const named = Type.Object({ name: Type.String() });
  expect(printedAs("helm", named, '{"name":"iris","more":1}')).toMatchObject({ name: "iris" });
  const text = await failure(() => printedJson("kubectl", "hello"));
  expect([text.exitCode, text.message]).toEqual([4, "kubectl does not print JSON"]);
  const form = await failure(() => printedAs("helm", named, '{"name":1}'));
  expect([form.exitCode, form.message]).toEqual([
    4,
    "helm prints JSON of another form: /name: Expected string",
  ]);
  expect((await failure(() => printedAs("helm", named, "null"))).message).toBe(
    "helm prints JSON of another form: /: Expected object",
  );
});
