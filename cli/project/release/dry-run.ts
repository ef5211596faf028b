import type { ObjectChange } from "../../../adapters/helm/manifest-diff.ts";
import type { ReleasedModel } from "../../../adapters/helm/released-model.ts";
import type { DiffHunk } from "../../../core/release/line-diff.ts";
import { styleResult } from "../../output.ts";
import { countText, type DeployPlan, makesRevision } from "./plan-deploy.ts";

type Planned = Pick<DeployPlan, "release" | "history" | "revision" | "changes" | "before" | "after"> & {
  readonly cluster: Pick<DeployPlan["cluster"], "namespace">;
};

/** What a deployment would change, for people: a summary, then each object as `diff -u` has it. */
export function dryRunText(plan: Planned): string {
  return [...summary(plan), ...plan.changes.flatMap(changeLines)].join("\n");
}

/** The same for programs. */
export function dryRunJson(plan: Planned): object {
  const { release, cluster, history, revision, changes, before, after } = plan;
  return {
    ...{ release, namespace: cluster.namespace },
    revision: { from: history.at(-1)?.revision ?? null, to: makesRevision(plan) ? revision : null },
    model: { from: before?.id ?? null, to: after?.id ?? null },
    image: { from: before?.image ?? null, to: after?.image ?? null },
    changes: changes.map(({ kind, name, change, hunks }) => ({
      ...{ kind, name, change },
      diff: hunks.flatMap(hunkLines).map(({ text }) => text),
    })),
  };
}

function summary({ release, cluster, history, revision, changes, before, after }: Planned): string[] {
  const { revision: last, status } = history.at(-1) ?? {};
  const place = `${release} in the namespace ${cluster.namespace}`;
  if (changes.length === 0) {
    const state =
      status === "deployed" ? "nothing to change" : `that is ${status}, and is made anew as ${revision}`;
    return [`${place} already runs so, as revision ${last}: ${state}`];
  }
  const step = last === undefined ? `revision ${revision}, the first` : `revision ${last} → ${revision}`;
  return [
    styleResult("bold", `${place}: ${step}; objects: ${countText(changes)}`),
    `  model  ${stepText(before, after, ({ id, version }) => `${version} ${id}`)}`,
    `  image  ${stepText(before, after, ({ image }) => image)}`,
  ];
}

function stepText(
  before: ReleasedModel | undefined,
  after: ReleasedModel | undefined,
  textOf: (model: ReleasedModel) => string,
): string {
  const [was, becomes] = [before, after].map((model) => (model === undefined ? "none" : textOf(model)));
  return was === becomes ? `${was} (as before)` : `${was} → ${becomes}`;
}

const nothing = "/dev/null";

function changeLines({ kind, name, change, hunks }: ObjectChange): string[] {
  const title = `${kind} ${name}`;
  if (hunks.length === 0) return ["", styleResult("bold", `${title}: ${change}, not shown`)];
  return [
    "",
    styleResult("bold", `--- ${change === "added" ? nothing : title}`),
    styleResult("bold", `+++ ${change === "removed" ? nothing : title}`),
    ...hunks.flatMap(hunkLines).map(({ text, colour }) => (colour ? styleResult(colour, text) : text)),
  ];
}

interface HunkLine {
  readonly text: string;
  readonly colour?: "red" | "green" | "cyan";
}

function hunkLines({ beforeLine, afterLine, lines }: DiffHunk): HunkLine[] {
  const nOf = (other: string) => lines.filter(({ kind }) => kind !== other).length;
  const header = `@@ -${beforeLine},${nOf("added")} +${afterLine},${nOf("removed")} @@`;
  return [
    { text: header, colour: "cyan" as const },
    ...lines.map(({ kind, text }): HunkLine => {
      if (kind === "same") return { text: ` ${text}` };
      return kind === "added" ? { text: `+${text}`, colour: "green" } : { text: `-${text}`, colour: "red" };
    }),
  ];
}
