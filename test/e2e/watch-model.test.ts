import { afterAll, expect, test } from "bun:test";
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelCard } from "../../core/model/model-card.ts";
import { keepAsking } from "../support/keep-asking.ts";
import { copyOf, newProject, succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

const seconds = 1000;

const iris = await trainedProject();
const other = copyOf(iris);
succeeded(await other.mlt(["train", "--seed", "7"]));
afterAll(() => {
  iris[Symbol.dispose]();
  other[Symbol.dispose]();
});

const inBin = (project: TestProject, name = "") => join(project.path, "model_bin", name);

function cardOf(project: TestProject): ModelCard {
  return JSON.parse(project.read("model_bin/model.json"));
}

const shortId = (project: TestProject) => cardOf(project).id.slice(0, 8);

async function watching(
  project: TestProject,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const service = await project.serve(["--watch", ...args], env);
  await service.saw(/^Watching source, config\.yaml, \.env, model_bin$/m);
  const ask = () =>
    fetch(`${service.url}/api/proba_predictions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: project.read("tests/prediction/batch_request.json"),
    });
  const reloads = async (result: string) => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    return Number(new RegExp(`^mlt_model_reload_total\\{result="${result}"\\} (\\d+)$`, "m").exec(text)?.[1]);
  };
  return { ...service, ask, reloads };
}

/** What the model in model_bin answers to the batch, without the service. */
async function probabilities(project: TestProject): Promise<number[][]> {
  const rows: Record<string, number>[] = JSON.parse(project.read("tests/prediction/batch_request.json"));
  const names = cardOf(project).features.map(({ name }) => name);
  const lines = rows.map((row) => names.map((name) => row[name]).join(","));
  await project.write({ "batch.csv": `${[names.join(","), ...lines].join("\n")}\n` });
  const [, ...predicted] = succeeded(await project.mlt(["predict", "batch.csv"]))
    .trim()
    .split("\n");
  return predicted.map((line) => line.split(",").slice(-3).map(Number));
}

test(
  "mlt serve --watch takes every model that mlt train writes under load, and no request fails",
  async () => {
    using project = copyOf(iris);
    const expected = new Map([[cardOf(project).id, await probabilities(project)]]);
    await using service = await watching(project);
    {
      await using asking = keepAsking(service.ask, 8);
      await using ready = keepAsking(() => fetch(`${service.url}/readyz`), 1);
      await asking.answeredBy(cardOf(project).id);
      for (const seed of ["7", "8", "9"]) {
        succeeded(await project.mlt(["train", "--seed", seed]));
        const { id } = cardOf(project);
        await asking.answeredBy(id);
        expected.set(id, await probabilities(project));
      }
      expect([asking.failures, ready.failures]).toEqual([[], []]);
      expect(new Set([...asking.answers, ...ready.answers].map(({ status }) => status))).toEqual(
        new Set([200]),
      );
      const answers = new Set(asking.answers.map(({ modelId, text }) => `${modelId} ${text}`));
      // Each model answers the same all the time, and as it does without the service.
      expect([...answers].map((answer) => answer.split(" ")[0]).sort()).toEqual([...expected.keys()].sort());
      for (const answer of answers) {
        const [, id = "", text = ""] = /^(\S+) (.*)$/.exec(answer) ?? [];
        const answered = JSON.parse(text).map((row: { probabilities: number[] }) => row.probabilities);
        expect(answered).toEqual(expected.get(id));
      }
    }
    expect(await service.reloads("ok")).toBe(3);
    service.child.kill("SIGTERM");
    const { exitCode, stdout, stderr } = await service.finished;
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    const ids = [...expected.keys()].map((id) => id.slice(0, 8));
    for (const [index, id] of ids.slice(1).entries()) {
      expect(stderr).toMatch(
        new RegExp(`^Model ${ids[index]} → ${id} \\(accuracy [\\d.]+ → [\\d.]+\\)$`, "m"),
      );
    }
  },
  60 * seconds,
);

const refused: readonly [name: string, damage: (project: TestProject) => void, told: RegExp][] = [
  [
    "one byte of whose graph is another",
    (project) => {
      const bytes = readFileSync(inBin(project, "model.onnx"));
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      writeFileSync(inBin(project, "model.onnx"), bytes);
    },
    /^warning: The model's file ".*model\.onnx" was changed after training: its hash is another; still/m,
  ],
  [
    "without its graph",
    (project) => rmSync(inBin(project, "model.onnx")),
    /^warning: The model's file ".*model\.onnx" is missing; still/m,
  ],
  [
    "whose classes stand in another order",
    (project) => {
      const card = cardOf(project);
      writeFileSync(
        inBin(project, "model.json"),
        JSON.stringify({ ...card, classes: card.classes.toReversed() }),
      );
    },
    /^warning: The classes in model\.json are not those of the model, in the order of its probabilities; still/m,
  ],
  [
    "that is not there",
    (project) => rmSync(inBin(project), { recursive: true }),
    /^warning: There is no model in ".*"; still/m,
  ],
];

test(
  "mlt serve --watch tells once why it refuses a model, and answers with the old one",
  async () => {
    using project = copyOf(iris);
    await using service = await watching(project);
    const answer = await (await service.ask()).text();
    for (const [index, [, damage, told]] of refused.entries()) {
      damage(project);
      const said = await service.saw(told);
      expect(said).toContain(`; still answering with iris 0.1.0 ${shortId(iris)}\n`);
      const response = await service.ask();
      expect(response.headers.get("x-model-id")).toBe(cardOf(iris).id);
      expect(await response.text()).toBe(answer);
      expect(await service.reloads("refused")).toBe(index + 1);
      rmSync(inBin(project), { recursive: true, force: true });
      cpSync(inBin(iris), inBin(project), { recursive: true });
      await service.saw(new RegExp(`(The model is whole again: iris 0\\.1\\.0 .*\n[^]*){${index + 1}}`));
    }
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    service.child.kill("SIGTERM");
    expect((await service.finished).stderr.match(/warning/g)).toHaveLength(refused.length);
  },
  60 * seconds,
);

const arrivals: readonly [name: string, arrive: (project: TestProject) => void][] = [
  [
    "is copied into the folder file by file",
    (project) => {
      for (const name of readdirSync(inBin(other))) cpSync(inBin(other, name), inBin(project, name));
    },
  ],
  [
    "is moved to the place of the folder",
    (project) => {
      cpSync(inBin(other), join(project.path, "next"), { recursive: true });
      rmSync(inBin(project), { recursive: true });
      renameSync(join(project.path, "next"), inBin(project));
    },
  ],
  [
    "is behind a link that takes the place of the folder",
    (project) => {
      rmSync(inBin(project), { recursive: true });
      symlinkSync(inBin(other), join(project.path, "link"));
      renameSync(join(project.path, "link"), inBin(project));
    },
  ],
];

test.each(arrivals)("mlt serve --watch takes a model that %s", async (_name, arrive) => {
  using project = copyOf(iris);
  await using service = await watching(project);
  arrive(project);
  await service.saw(new RegExp(`^Model ${shortId(iris)} → ${shortId(other)} `, "m"));
  expect((await service.ask()).headers.get("x-model-id")).toBe(cardOf(other).id);
});

test("mlt serve without --watch stays with the model that it began with", async () => {
  using project = copyOf(iris);
  await using service = await project.serve();
  succeeded(await project.mlt(["train", "--seed", "7"]));
  expect(await (await fetch(`${service.url}/api/model`)).json()).toMatchObject({ id: cardOf(iris).id });
});

test(
  "Every worker of mlt serve --watch takes the new model, no request fails, and it is told once",
  async () => {
    using project = copyOf(iris);
    await using service = await watching(project, ["--workers", "2"]);
    {
      await using asking = keepAsking(service.ask, 8);
      succeeded(await project.mlt(["train", "--seed", "7"]));
      while ((await service.reloads("ok")) < 2);
      await asking.answeredBy(cardOf(project).id);
      expect(asking.failures).toEqual([]);
      expect(new Set(asking.answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
    for (let round = 0; round < 20; round++)
      expect((await service.ask()).headers.get("x-model-id")).toBe(cardOf(project).id);
    rmSync(inBin(project, "model.onnx"));
    await service.saw(/is missing; still answering/);
    while ((await service.reloads("refused")) < 2);
    service.child.kill("SIGTERM");
    const { exitCode, stderr } = await service.finished;
    expect(exitCode).toBe(0);
    expect(stderr.match(/^Model .* → .*$|^warning: .*$/gm)).toHaveLength(2);
  },
  60 * seconds,
);

testWith(
  ["deno"],
  "The source on Deno takes a new model, and trains one when the source changes",
  async () => {
    using project = await newProject("iris", "deno");
    succeeded(await project.mlt(["train"]));
    await using service = await watching(project);
    const first = shortId(project);
    succeeded(await project.mlt(["train", "--seed", "7"]));
    const second = shortId(project);
    await service.saw(new RegExp(`^Model ${first} → ${second} `, "m"));
    project.edit("source/model/train.ts", "C: 1 ", "C: 0.5 ");
    await service.saw(new RegExp(`^Model ${second} → (?!${second})`, "m"));
    service.child.kill("SIGTERM");
    expect((await service.finished).exitCode).toBe(0);
  },
  60 * seconds,
);

test(
  "a model without a field that is to be hashed in the prediction log does not answer",
  async () => {
    using project = copyOf(iris);
    const name = (id: string) =>
      project.write({
        "source/model/features.yaml": iris
          .read("source/model/features.yaml")
          .replace(/^(# )?id: .*$/m, `id: ${id}`),
      });
    await name("ID");
    succeeded(await project.mlt(["train"]));
    const before = shortId(project);
    await using service = await watching(project, [], {
      MLT_LOGGING__ENABLED: "true",
      MLT_LOGGING__HASH: "ID",
      MLT_LOGGING__HASH_SALT: "sixteen characters",
    });
    await name("PATIENT");
    await service.saw(
      new RegExp(
        `logging\\.hash names "ID", which the model does not have.*; still answering with iris .*${before}`,
      ),
    );
    expect(await service.reloads("refused")).toBeGreaterThan(0);
    expect((await service.ask()).headers.get("x-model-id")?.slice(0, 8)).toBe(before);
  },
  60 * seconds,
);
