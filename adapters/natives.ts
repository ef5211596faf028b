import { createWriteStream, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import { MltError } from "../core/errors.ts";
import { embedded, type NativeName, type NativeSet } from "./embedded.ts";
import { setNativeEnvironment } from "./native-environment.ts";
import { unpackOnce } from "./unpack-once.ts";

/** Folders by add-on, handed to a child that must not unpack anything itself. */
const nativeDirsVariable = "MLT_NATIVE_DIRS";

const prepared = new Map<NativeName, string>();

/**
 * Makes sure the add-on's files lie on disk, so that `loadNative` can open them.
 *
 * @returns their folder; nothing when run from source, where the package has them
 * @throws {MltError} external: when no folder can take them
 */
export async function prepareNative(name: NativeName): Promise<string | undefined> {
  // ONNX Runtime would otherwise report usage to its maker, and leave a database in the user's cache folder.
  if (name === "onnxruntime") setNativeEnvironment("ORT_DISABLE_TELEMETRY", "1");
  if (embedded === undefined) return undefined;
  const dir = prepared.get(name) ?? givenDirs()[name] ?? (await unpack(embedded.natives[name]));
  prepared.set(name, dir);
  return dir;
}

/** The environment of a child process that is to use the same unpacked files. */
export async function nativeEnvironment(): Promise<Record<string, string>> {
  await Promise.all([prepareNative("onnxruntime"), prepareNative("polars")]);
  return { ORT_DISABLE_TELEMETRY: "1", [nativeDirsVariable]: JSON.stringify(Object.fromEntries(prepared)) };
}

/**
 * Opens an add-on that `prepareNative` unpacked; the compiled binary's `require` of the two packages ends here.
 *
 * @throws {RangeError} when it was not prepared
 * @public the build leads both packages here
 */
export function loadNative(name: NativeName, entry: string): unknown {
  const dir = prepared.get(name) ?? givenDirs()[name];
  if (dir === undefined)
    throw new RangeError(`The native library "${name}" is loaded before it was unpacked`);
  return open(dir, entry);
}

function open(dir: string, entry: string): unknown {
  const module = { exports: {} };
  process.dlopen(module, join(dir, entry));
  return module.exports;
}

/** A folder may forbid executables, or the machine lack a library: trying is the only way to know. */
function canOpen(dir: string, entry: string): boolean {
  try {
    open(dir, entry);
    return true;
  } catch {
    return false;
  }
}

function givenDirs(): Partial<Record<NativeName, string>> {
  const given = process.env[nativeDirsVariable];
  return given === undefined ? {} : JSON.parse(given);
}

async function unpack({ key, files, entry }: NativeSet): Promise<string> {
  // The program of an image has only the libraries that its model needs, and MLT_NATIVE_DIRS names them.
  if (Object.keys(files).length === 0) {
    throw new MltError(
      `This image has no ${key.replace(/-.*/, "")}: the model that it was built for needs none`,
      {
        hint: "Build an image of the model that is to be served with mlt build-image.",
      },
    );
  }
  return await unpackOnce({
    key,
    isComplete: async (dir) => {
      const complete = Object.entries(files).map(async ([name, { sizeBytes }]) => {
        const found = await stat(join(dir, name)).catch(() => undefined);
        return found?.size === sizeBytes;
      });
      return (await Promise.all(complete)).every(Boolean) && canOpen(dir, entry);
    },
    fill: async (dir) => {
      for (const [name, { path }] of Object.entries(files)) {
        const target = createWriteStream(join(dir, name), { mode: 0o755 });
        // The compressed bytes at once, since a file inside the binary cannot be streamed; what they unpack to as a stream.
        await pipeline(Readable.from([readFileSync(path)]), createZstdDecompress(), target);
      }
    },
  });
}
