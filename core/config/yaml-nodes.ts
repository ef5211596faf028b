import { type Alias, type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, visit } from "yaml";
import type { Path } from "./schema-problems.ts";

/** A value of the document beside the key, or the place in a list, that leads to it. */
export interface Step {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

/** The nodes along the path, as far as they were written; the first is the whole document. */
export function follow(document: Document, path: Path): Step[] {
  const steps: Step[] = [{ key: undefined, value: document.contents ?? undefined }];
  for (const name of path) {
    const step = child(document, steps.at(-1)?.value, name);
    if (step === undefined) break;
    steps.push(step);
  }
  return steps;
}

function child(document: Document, parent: Node | undefined, name: string): Step | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isSeq(node)) {
    const item = node.items[Number(name)];
    return isNode(item) ? { key: item, value: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  // Of a key that is there twice, the last is the one that the data holds.
  const pair = node.items.findLast((item) => isScalar(item.key) && String(item.key.value) === name);
  if (pair === undefined || !isNode(pair.key)) return undefined;
  return { key: pair.key, value: isNode(pair.value) ? pair.value : undefined };
}

/** Deeper than any configuration, and far from the end of the stack. */
const deepest = 100;

/** What keeps a document that parses from becoming plain data, by the offset of the node that does. */
export function nodeFaults(document: Document): { readonly offset: number; readonly message: string }[] {
  const faults: { offset: number; message: string }[] = [];
  visit(document, (_, node, path) => {
    const message =
      path.length > deepest ? tooDeep : isAlias(node) ? aliasFault(document, node, path) : undefined;
    if (message === undefined) return undefined;
    faults.push({ offset: offsetOf(isNode(node) ? node : undefined), message });
    return message === tooDeep ? visit.BREAK : undefined;
  });
  return faults;
}

export const tooDeep = "Nested too deeply";

function aliasFault(document: Document, alias: Alias, path: readonly unknown[]): string | undefined {
  const target = alias.resolve(document);
  if (target === undefined) return `No anchor "&${alias.source}" stands before its alias`;
  return path.includes(target) ? `Alias "*${alias.source}" holds itself` : undefined;
}

/** Where the node starts in the text; 0 for none. */
export function offsetOf(node: Node | undefined): number {
  return node?.range?.[0] ?? 0;
}
