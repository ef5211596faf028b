import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { hasModel, readModel, writeModel } from "../../adapters/model-store.ts";
import { ownerMark } from "../../adapters/temporary-folder.ts";
import { MltError } from "../../core/errors.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import { deadPid } from "../support/dead-process.ts";
import { failure } from "../support/failure.ts";
import { fixedCard } from "../support/fixed-softmax-predictor.ts";
import { tempDir } from "../support/temp-dir.ts";

type Files = Map<string, Uint8Array>;

const encode = (text: string) => new TextEncoder().encode(text);
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const accept = () => Promise.resolve();

/** The files of a model whose graph is the given text; the store looks at hashes, not into the graph. */
function modelFiles(graph: string, extra: Readonly<Record<string, string>> = {}): Files {
  const files: Files = new Map([
    ["model.onnx", encode(graph)],
    ["report.html", encode("<p>report</p>")],
    ...Object.entries(extra).map(([name, text]) => [name, encode(text)] as const),
  ]);
  const sha256 = Object.fromEntries(Array.from(files, ([name, bytes]) => [name, hashOf(bytes)]));
  return files.set("model.json", encode(JSON.stringify({ ...fixedCard, sha256 })));
}

async function writeCard(dir: string, change: (card: Record<string, unknown>) => unknown): Promise<void> {
  const path = join(dir, "model.json");
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, "utf8")))));
}

describe("writeModel() and readModel()", () => {
  test("give back what was written", async () => {
    using root = tempDir();
    const dir = join(root.path, "deep", "model_bin");
    await writeModel(dir, modelFiles("graph", { "preprocessor.js": "export {};" }), accept);
    const { card, onnx, preprocessor } = await readModel(dir);
    const { sha256: _, ...rest } = card;
    expect(rest).toEqual((({ sha256: _none, ...fields }: ModelCard) => fields)(fixedCard));
    expect(Buffer.from(onnx).toString()).toBe("graph");
    expect(preprocessor).toBe("export {};");
    expect(await readdir(join(root.path, "deep"))).toEqual(["model_bin"]);
  });

  test("know a model without a preprocessor.js", async () => {
    using root = tempDir();
    await writeModel(join(root.path, "model_bin"), modelFiles("graph"), accept);
    expect(await readModel(join(root.path, "model_bin"))).not.toHaveProperty("preprocessor");
  });

  test("replace a model wholly: no file of the old one stays", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    await writeModel(dir, modelFiles("old", { "preprocessor.js": "export {};" }), accept);
    await writeModel(dir, modelFiles("new"), accept);
    expect((await readdir(dir)).sort()).toEqual(["model.json", "model.onnx", "report.html"]);
    expect(Buffer.from((await readModel(dir)).onnx).toString()).toBe("new");
    expect(await readdir(root.path)).toEqual(["model_bin"]);
  });

  test("let everybody read the model whom the umask lets", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    await writeModel(dir, modelFiles("graph"), accept);
    expect((await stat(dir)).mode & 0o777).toBe(0o777 & ~process.umask());
    expect((await stat(join(dir, "model.onnx"))).mode & 0o777).toBe(0o644 & ~process.umask());
  });
});

describe("readModel()", () => {
  test("reads the one model or the other, whole, while trainings replace it", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    await writeModel(dir, modelFiles("first"), accept);
    let isTraining = true;
    const train = async () => {
      for (let round = 0; round < 30; round++) {
        await writeModel(dir, modelFiles(round % 2 === 0 ? "second" : "first"), accept);
      }
      isTraining = false;
    };
    const read = async () => {
      let reads = 0;
      for (; isTraining; reads++) {
        const { card, onnx } = await readModel(dir);
        expect(["first", "second"]).toContain(Buffer.from(onnx).toString());
        expect(card.sha256["model.onnx"]).toBe(hashOf(onnx));
      }
      return reads;
    };
    const [, reads] = await Promise.all([train(), read()]);
    expect(reads).toBeGreaterThan(5);
  });

  test("says that there is no model", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    const error = await failure(() => readModel(dir));
    expect(error.message).toBe(`There is no model in "${dir}"`);
    expect(error.hint).toBe("Train one with mlt train.");
    expect(error.exitCode).toBe(3);
    expect(await hasModel(dir)).toBeFalse();
  });

  test("refuses a model of which any byte of any other file was changed", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    const files = modelFiles("graph", { "preprocessor.js": "export {};" });
    await writeModel(dir, files, accept);
    for (const [name, bytes] of files) {
      if (name === "model.json") continue;
      for (let index = 0; index < bytes.length; index++) {
        const changed = Uint8Array.from(bytes);
        changed[index] = (bytes[index] ?? 0) ^ (1 << (index % 8));
        await writeFile(join(dir, name), changed);
        const error = await failure(() => readModel(dir));
        expect(error.message).toBe(
          `The model's file "${join(dir, name)}" was changed after training: its hash is another`,
        );
      }
      await writeFile(join(dir, name), bytes);
    }
    expect((await readModel(dir)).card.id).toBe(fixedCard.id);
  });

  test("refuses model.json wherever it is cut off", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    const files = modelFiles("graph");
    await writeModel(dir, files, accept);
    const card = files.get("model.json") ?? new Uint8Array();
    for (let length = 0; length < card.length; length += 7) {
      await writeFile(join(dir, "model.json"), card.subarray(0, length));
      const error = await failure(() => readModel(dir));
      expect(error.message).toBe(`"${join(dir, "model.json")}" is cut off or is not JSON`);
    }
  });

  test("refuses a model that lacks a file", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    await writeModel(dir, modelFiles("graph"), accept);
    await rm(join(dir, "model.onnx"));
    expect(await hasModel(dir)).toBeTrue();
    const error = await failure(() => readModel(dir));
    expect(error.message).toBe(`The model's file "${join(dir, "model.onnx")}" is missing`);
  });

  const hash = "0".repeat(64);
  test.each([
    ["another schema version", { schema_version: 2 }, "has schema version 2, and this mlt reads 1"],
    ["no schema version", { schema_version: undefined }, "has schema version null, and this mlt reads 1"],
    ["a path out of the folder", { sha256: { "../x": hash } }, "is no model card: /sha256/"],
    ["an absolute path", { sha256: { "/etc/passwd": hash } }, "is no model card: /sha256/"],
    ["a hidden file", { sha256: { ".env": hash } }, "is no model card: /sha256/"],
    ["a hash of another kind", { sha256: { "model.onnx": "md5" } }, "is no model card: /sha256/"],
    ["no hash of its graph", { sha256: {} }, "names no model.onnx"],
    ["no features", { features: undefined }, "is no model card: /features"],
    ["a task that there is not", { task: "clustering" }, "is no model card: /task"],
    ["no golden request", { golden: [] }, "is no model card: /golden"],
    ["classes that are not text", { classes: [1, 2] }, "is no model card: /classes/0"],
  ])("refuses a card with %s", async (_what, change, message) => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    await writeModel(dir, modelFiles("graph"), accept);
    await writeCard(dir, (card) => ({ ...card, ...change }));
    const error = await failure(() => readModel(dir));
    expect(error.message).toStartWith(`"${join(dir, "model.json")}" ${message}`);
    expect(error.exitCode).toBe(3);
  });

  test.each(["null", "[]", "3", '"model"'])("refuses %s for a card", async (text) => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    await root.write({ "model_bin/model.json": text });
    const error = await failure(() => readModel(dir));
    expect(error.message).toBe(`"${join(dir, "model.json")}" has schema version null, and this mlt reads 1`);
  });
});

describe("writeModel()", () => {
  const graphOf = async (dir: string) => Buffer.from((await readModel(dir)).onnx).toString();

  test("lets the new model be verified before it takes the old one's place", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    await writeModel(dir, modelFiles("old"), accept);
    const seen: string[] = [];
    await writeModel(dir, modelFiles("new"), async (next) => {
      seen.push(await graphOf(next), await graphOf(dir));
    });
    expect(seen).toEqual(["new", "old"]);
  });

  test("keeps the old model when the new one fails its verification, and leaves nothing beside it", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    await writeModel(dir, modelFiles("old"), accept);
    const refusal = new MltError("The model does not answer its golden request 1");
    const error = await failure(() => writeModel(dir, modelFiles("new"), () => Promise.reject(refusal)));
    expect(error).toBe(refusal);
    expect(await graphOf(dir)).toBe("old");
    expect(await readdir(root.path)).toEqual(["model_bin"]);
  });

  test("keeps the old model when the new one cannot take its place", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    await writeModel(dir, modelFiles("old"), accept);
    const error = await failure(() =>
      writeModel(dir, modelFiles("new"), (next) => rm(next, { recursive: true })),
    );
    expect(error.message).toStartWith(`Cannot write the model to "${dir}": `);
    expect(error.exitCode).toBe(4);
    expect(await readdir(root.path)).toEqual(["model_bin"]);
    expect(await graphOf(dir)).toBe("old");
  });

  test("names the folder when it cannot be written to", async () => {
    using root = tempDir();
    await writeFile(join(root.path, "file"), "");
    const dir = join(root.path, "file", "model_bin");
    const error = await failure(() => writeModel(dir, modelFiles("new"), accept));
    expect(error.message).toStartWith(`Cannot write the model to "${dir}": `);
    expect(error.exitCode).toBe(4);
  });

  test("removes what killed trainings left beside the model", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    for (const name of [
      `.model_bin.new-${ownerMark(deadPid())}-0a1b2c3d`,
      ".model_bin.previous",
      ".other.new-1",
    ]) {
      await mkdir(join(root.path, name));
    }
    await mkdir(dir);
    await writeModel(dir, modelFiles("new"), accept);
    expect((await readdir(root.path)).sort()).toEqual([".other.new-1", "model_bin"]);
  });

  test("leaves the old model alone in its place when Ctrl-C comes before the new one is in it", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    await writeModel(dir, modelFiles("old"), accept);
    const store = resolve(import.meta.dirname, "../../adapters/model-store.ts");
    const script = `
      import { writeModel } from ${JSON.stringify(store)};
      setInterval(() => undefined, 1_000);
      await writeModel(${JSON.stringify(dir)}, new Map([["model.onnx", new Uint8Array(9)]]), async () => {
        process.kill(process.pid, "SIGINT");
        await new Promise(() => undefined);
      });`;
    const ended = spawnSync(process.execPath, ["-e", script], { timeout: 10_000 });
    expect(ended.signal).toBe("SIGINT");
    expect(readdirSync(root.path)).toEqual(["model_bin"]);
    expect(await graphOf(dir)).toBe("old");
  });

  test.each(["readModel", "hasModel", "writeModel"])(
    "is mended by %s() when it was killed after the old model stepped aside",
    async (by) => {
      using root = tempDir();
      const dir = join(root.path, "model_bin");
      await writeModel(dir, modelFiles("old"), accept);
      await rename(dir, join(root.path, ".model_bin.previous"));
      if (by === "hasModel") expect(await hasModel(dir)).toBeTrue();
      if (by === "writeModel") {
        const refusal = () => Promise.reject(new MltError("refused"));
        await failure(() => writeModel(dir, modelFiles("new"), refusal));
      }
      expect(await graphOf(dir)).toBe("old");
      expect(existsSync(join(root.path, ".model_bin.previous"))).toBeFalse();
    },
  );

  test("keeps the new model when it was killed after that one took its place", async () => {
    using root = tempDir();
    const dir = join(root.path, "model_bin");
    await writeModel(dir, modelFiles("old"), accept);
    await rename(dir, join(root.path, ".model_bin.previous"));
    await writeModel(join(root.path, "elsewhere"), modelFiles("new"), accept);
    await rename(join(root.path, "elsewhere"), dir);
    expect(await graphOf(dir)).toBe("new");
    await writeModel(dir, modelFiles("newest"), accept);
    expect(await readdir(root.path)).toEqual(["model_bin"]);
  });
});
