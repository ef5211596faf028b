import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { everyTransformerProject } from "../support/every-transformer-project.ts";
import type { TestProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

const seconds = 1000;
const row = {
  amount: 40,
  items: 3,
  colour: "red",
  town: "town 4",
  sent: "2024-02-29T18:45:00Z",
  note: "please CALL again",
};

/** Trained, every transformer inside the graph, and served: what a text means depends on neither its case nor its company. */
async function checkServed(project: TestProject): Promise<void> {
  expect(JSON.parse(project.read("model_bin/model.json"))).not.toHaveProperty("preprocessor");
  expect(existsSync(join(project.path, "model_bin/preprocessor.js"))).toBeFalse();
  await using service = await project.serve();
  const ask = async (rows: readonly object[]) => {
    const response = await fetch(`${service.url}/api/proba_predictions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(rows),
    });
    const answers: readonly { readonly probabilities: readonly number[] }[] = JSON.parse(
      await response.text(),
    );
    return answers.map(({ probabilities }) => probabilities);
  };
  const [first] = await ask([row]);
  expect(first?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
  const none = { amount: null, colour: null, town: null, sent: null, note: null, items: 3 };
  const odd = { ...row, town: "elsewhere", sent: "not a date", note: "word ".repeat(5000) };
  const [loud, , , again] = await ask([{ ...row, note: "PLEASE call AGAIN" }, none, odd, row]);
  expect(loud).toEqual(first ?? []);
  expect(again).toEqual(first ?? []);
}

test(
  "mlt train puts every transformer into the graph, and mlt serve answers by it",
  async () => {
    using project = await everyTransformerProject();
    await checkServed(project);
  },
  60 * seconds,
);

testWith(
  ["deno"],
  "the source on Deno puts every transformer into the graph too",
  async () => {
    using project = await everyTransformerProject("deno");
    await checkServed(project);
  },
  90 * seconds,
);
