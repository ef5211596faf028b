import { createHash } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ExitCode, MltError } from "../core/errors.ts";
import type { Artifact } from "../core/model/artifact.ts";
import { parseModelCard } from "../core/model/model-card.ts";
import type { ModelFiles } from "../core/model/open-model.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

const cardName = "model.json";
const retrain = "Train the model again with mlt train, or put the folder back as it was written.";

/**
 * Reads a model folder and checks its schema version and the hash of every file.
 *
 * @throws {MltError} when there is no model, or it is not the one that was written
 */
export async function readModel(dir: string): Promise<ModelFiles> {
  return modelFiles(await readArtifact(dir));
}

/** Reads every file of a model folder as it is, and checks it as `readModel` does. */
export async function readArtifact(dir: string): Promise<Artifact> {
  await recover(dir);
  const text = await readCard(dir);
  try {
    return await readFiles(dir, text);
  } catch (cause) {
    if ((await readCard(dir)) === text) throw cause;
    // The files did not fit the card since a training put another model in its place meanwhile.
    return await readArtifact(dir);
  }
}

/** What of a model that was read is needed to open it. */
export function modelFiles({ card, files }: Artifact): ModelFiles {
  const onnx = files.get("model.onnx");
  if (onnx === undefined) throw new RangeError("The model has no model.onnx");
  const preprocessor = files.get("preprocessor.js");
  return {
    card,
    onnx,
    ...(preprocessor === undefined ? {} : { preprocessor: new TextDecoder().decode(preprocessor) }),
  };
}

async function readFiles(dir: string, text: string): Promise<Artifact> {
  const card = parseModelCard(text, join(dir, cardName));
  if (card.sha256["model.onnx"] === undefined)
    throw new MltError(`"${join(dir, cardName)}" names no model.onnx`, { hint: retrain });
  const files = new Map<string, Uint8Array>();
  for (const [name, hash] of Object.entries(card.sha256))
    files.set(name, await readChecked(join(dir, name), hash));
  files.set(cardName, new TextEncoder().encode(text));
  return { card, files };
}

/** Whether the folder holds a model, whole or not. */
export async function hasModel(dir: string): Promise<boolean> {
  await recover(dir);
  return (await stat(join(dir, cardName)).catch(() => undefined)) !== undefined;
}

/**
 * Replaces a model folder: all of the files or none of them.
 * They are written and synced beside it and checked by `verify`; then the folders change places.
 */
export async function writeModel(
  dir: string,
  files: ReadonlyMap<string, Uint8Array>,
  verify: (dir: string) => Promise<void>,
): Promise<void> {
  await recover(dir);
  try {
    await mkdir(dirname(dir), { recursive: true });
    await withTemporaryFolder({ prefix: `${siblingPrefix(dir)}.new-`, mode: 0o777 }, async (next) => {
      for (const [name, bytes] of files) await writeDurably(join(next, name), bytes);
      await verify(next);
      await swap(dir, next);
    });
  } catch (cause) {
    await recover(dir);
    if (cause instanceof MltError) throw cause;
    throw new MltError(`Cannot write the model to "${dir}": ${reason(cause)}`, {
      hint: "Make room and check that the folder is writable, then train again; a model in place is kept.",
      exitCode: ExitCode.external,
      cause,
    });
  }
}

/**
 * A folder cannot be renamed over another: the old one steps aside first, and `recover` mends a kill in between.
 * Both at once, so that no interruption of ours comes between.
 */
async function swap(dir: string, next: string): Promise<void> {
  const previous = previousOf(dir);
  for (let attempt = 1; ; attempt++) {
    // Only beside a model: where its place is empty, this is the old model itself.
    if (existsSync(dir)) await rm(previous, { recursive: true, force: true });
    try {
      if (existsSync(dir)) renameSync(dir, previous);
      renameSync(next, dir);
      break;
    } catch (cause) {
      // Who reads between the two may put the old model back, and who trains too its new one: step aside again.
      const isTaken = hasCode(cause, "ENOTEMPTY") || hasCode(cause, "EEXIST");
      if (attempt === 10 || !isTaken) throw cause;
    }
  }
  await rm(previous, { recursive: true, force: true });
}

/** Puts the old model back where a killed `swap` left its place empty. */
async function recover(dir: string): Promise<void> {
  const previous = previousOf(dir);
  if ((await exists(previous)) && !(await exists(dir))) await rename(previous, dir);
}

function previousOf(dir: string): string {
  return `${siblingPrefix(dir)}.previous`;
}

function siblingPrefix(dir: string): string {
  return join(dirname(dir), `.${basename(dir)}`);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, "w", 0o644);
  await file.writeFile(bytes);
  await file.sync();
}

async function readCard(dir: string): Promise<string> {
  try {
    return await readFile(join(dir, cardName), "utf8");
  } catch (cause) {
    throw new MltError(`There is no model in "${dir}"`, { hint: "Train one with mlt train.", cause });
  }
}

async function readChecked(path: string, hash: string): Promise<Buffer<ArrayBuffer>> {
  let bytes: Buffer<ArrayBuffer>;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new MltError(`The model's file "${path}" is missing`, { hint: retrain, cause });
  }
  if (createHash("sha256").update(bytes).digest("hex") !== hash) {
    throw new MltError(`The model's file "${path}" was changed after training: its hash is another`, {
      hint: retrain,
    });
  }
  return bytes;
}

function reason(cause: unknown): string {
  if (hasCode(cause, "ENOSPC")) return "the disk is full";
  if (hasCode(cause, "EACCES") || hasCode(cause, "EROFS")) return "it is not writable";
  return cause instanceof Error ? cause.message : String(cause);
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && "code" in cause && cause.code === code;
}
