import { parseAllDocuments, stringify } from "yaml";
import { isMap } from "../../core/config/is-map.ts";
import { type DiffHunk, diffHunks } from "../../core/release/line-diff.ts";

/** An object of the cluster as a manifest has it. */
export interface ManifestObject {
  readonly kind: string;
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** YAML without comments. */
  readonly text: string;
}

/** What becomes of an object when one manifest takes the place of another. */
export interface ObjectChange {
  readonly kind: string;
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** Where its YAML differs; none of a Secret. */
  readonly hunks: readonly DiffHunk[];
}

/** The objects of a manifest, as helm prints it; they are in its order. */
export function manifestObjects(manifest: string): readonly ManifestObject[] {
  const documents = parseAllDocuments(manifest);
  return documents.flatMap((document) => {
    const object: unknown = document.toJS();
    if (!isMap(object)) return [];
    const { kind, metadata } = object;
    const name = isMap(metadata) ? metadata["name"] : undefined;
    const text = stringify(object, { lineWidth: 0 });
    return [{ kind: String(kind), name: String(name), data: object, text }];
  });
}

/** Compares two manifests object by object: those of the new one in its order, then those that go. */
export function manifestChanges(before: string, after: string): readonly ObjectChange[] {
  const was = byIdentity(manifestObjects(before));
  const becomes = byIdentity(manifestObjects(after));
  const kept = Array.from(becomes, ([identity, object]) => changeOf(was.get(identity), object));
  const gone = Array.from(was).flatMap(([identity, object]) =>
    becomes.has(identity) ? [] : [changeOf(object, undefined)],
  );
  return [...kept, ...gone].filter((change) => change !== undefined);
}

function byIdentity(objects: readonly ManifestObject[]): ReadonlyMap<string, ManifestObject> {
  return new Map(objects.map((object) => [`${object.kind}/${object.name}`, object]));
}

function changeOf(
  before: ManifestObject | undefined,
  after: ManifestObject | undefined,
): ObjectChange | undefined {
  const object = after ?? before;
  if (object === undefined || before?.text === after?.text) return undefined;
  const { kind, name } = object;
  const change = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  return { kind, name, change, hunks: kind === "Secret" ? [] : diffHunks(linesOf(before), linesOf(after)) };
}

function linesOf(object: ManifestObject | undefined): readonly string[] {
  return object === undefined ? [] : object.text.trimEnd().split("\n");
}
