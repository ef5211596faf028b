import { readAssetGzip } from "../../adapters/assets.ts";
import { editorTypesAsset, unpackEditorTypes } from "../../adapters/editor-types.ts";

/** Gives the project's editor the types of the libraries that mlt brings; nothing to do where they are there. */
export async function ensureEditorTypes(dir: string): Promise<void> {
  await unpackEditorTypes(dir, readAssetGzip(editorTypesAsset));
}
