import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../core/errors.ts";
import type { Cluster } from "./cluster.ts";
import { printedAs, printedJson } from "./printed-json.ts";

const Revision = Type.Object({
  revision: Type.Integer(),
  /** ISO 8601. */
  updated: Type.String(),
  /** Helm's word: deployed, superseded, failed, pending-upgrade … */
  status: Type.String(),
  chart: Type.String(),
  description: Type.String(),
});
const History = Type.Array(Revision);

/** A revision of a release, as helm keeps it. */
export type Revision = Readonly<Static<typeof Revision>>;

const Values = Type.Object({
  image: Type.Object({ repository: Type.String(), digest: Type.String() }),
  model: Type.Object({ id: Type.String(), name: Type.String(), version: Type.String() }),
});

/** What a revision runs. */
export interface RevisionContent {
  /** `repository@digest`. */
  readonly image: string;
  readonly model: { readonly id: string; readonly name: string; readonly version: string };
}

/** The revisions of a release, the latest last; none where there is no such release. @throws {MltError} external */
export async function readHistory(cluster: Cluster, release: string): Promise<readonly Revision[]> {
  try {
    const said = await cluster.helm(["history", release, "--output", "json"]);
    return printedAs("helm", History, said).toSorted((a, b) => a.revision - b.revision);
  } catch (cause) {
    if (cause instanceof MltError && cause.message.startsWith("There is no such release")) return [];
    throw cause;
  }
}

/** What a revision runs; undefined where it was not mlt that made it. @throws {MltError} external */
export async function readRevision(
  cluster: Cluster,
  release: string,
  revision: number,
): Promise<RevisionContent | undefined> {
  const said = await cluster.helm([
    "get",
    "values",
    release,
    "--revision",
    String(revision),
    "--output",
    "json",
  ]);
  const values = printedJson("helm", said);
  if (!Value.Check(Values, values)) return undefined;
  const { image, model } = values;
  return {
    image: `${image.repository}@${image.digest}`,
    model: { id: model.id, name: model.name, version: model.version },
  };
}

/**
 * The revision to go back to from the last one: the latest good one before it, or before the one that it went back to
 * itself, since whoever goes back twice wants the one before.
 */
export function revisionBefore(history: readonly Revision[]): Revision | undefined {
  const last = history.at(-1);
  if (last === undefined) return undefined;
  const origin = isGood(last) ? originOf(last, history) : last.revision;
  return history.findLast((each) => each.revision < origin && isGood(each));
}

/** Whether its pods were ready once. */
export function isGood({ status, description }: Revision): boolean {
  // A failed rollback leaves the revision before it superseded, however that one was; its description tells.
  const wasNot =
    /^(Preparing upgrade|Initial install underway)$|^(Upgrade|Release|Rollback) ".*" failed: /.test(
      description,
    );
  return (status === "deployed" || status === "superseded") && !wasNot;
}

/** Which one a revision is like: helm describes it as `Rollback to 3`. */
export function originOf({ revision, description }: Revision, history: readonly Revision[]): number {
  const target = Number(/^Rollback to (\d+)$/.exec(description)?.[1] ?? revision);
  const found = history.find((each) => each.revision === target);
  return found === undefined || target >= revision ? target : originOf(found, history);
}
