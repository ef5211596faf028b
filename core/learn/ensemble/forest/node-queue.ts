import type { Split } from "./split-search.ts";

/** A node of a tree that grows, and which of the tree's rows are its own. */
export interface GrownNode {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/** A node whose best split is known and not made yet. */
export interface PendingNode extends GrownNode {
  readonly split: Split;
  readonly improvement: number;
}

export interface NodeQueue {
  add(node: PendingNode): void;
  /** The node to split next; `undefined` when there is none. */
  take(): PendingNode | undefined;
}

/** The last first: few nodes wait. */
export function nodeStack(): NodeQueue {
  const nodes: PendingNode[] = [];
  return {
    add: (node) => void nodes.push(node),
    take: () => nodes.pop(),
  };
}

/** The best split first, of equals the older: which leaves a tree has depends on it where their number is limited. */
export function bestFirst(): NodeQueue {
  const nodes: PendingNode[] = [];
  return {
    add: (node) => void nodes.push(node),
    take() {
      let best = 0;
      for (let at = 1; at < nodes.length; at++) {
        if ((nodes[at]?.improvement ?? 0) > (nodes[best]?.improvement ?? 0)) best = at;
      }
      return nodes.splice(best, 1)[0];
    },
  };
}
