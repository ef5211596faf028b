import { formatCount, formatRows, formatShare } from "../report/format.ts";
import type { DataFinding } from "./data-finding.ts";
import { quotedName, quotedNames } from "./sentences.ts";

/** Rows that a class needs to be learned and scored at all. */
const leastRows = 10;
/** Of the rows, from which answering one class looks good. */
const dominantShare = 0.95;

/** What the classes are like. @param labels  the class of each row */
export function classFindings(labels: readonly string[]): readonly DataFinding[] {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const ranked = [...counts].sort(([a, n], [b, m]) => n - m || (a < b ? -1 : 1));
  const small = ranked.filter(([, count]) => count < leastRows);
  const [largest = "", most = 0] = ranked.at(-1) ?? [];
  return [...dominantClass(largest, most / labels.length), ...smallClasses(small)];
}

function dominantClass(label: string, share: number): readonly DataFinding[] {
  if (share < dominantShare) return [];
  const message = `${formatShare(share)} of the rows are of the class ${quotedName(label)}: accuracy is high for a model that always answers it. Look at balanced_accuracy and f1_macro.`;
  return [{ kind: "dominant_class", names: [label], message }];
}

function smallClasses(small: readonly (readonly [string, number])[]): readonly DataFinding[] {
  const [first] = small;
  if (first === undefined) return [];
  const names = small.map(([label]) => label);
  const [label, count] = first;
  const message =
    names.length === 1
      ? `The class ${quotedName(label)} has only ${formatRows(count)}: too few to learn it, and to tell how well it was learned.`
      : `The classes ${quotedNames(names)} have fewer than ${formatCount(leastRows)} rows each, ${quotedName(label)} only ${count}: too few to learn them, and to tell how well they were learned.`;
  return [{ kind: "small_class", names, message }];
}

/** What numbers to predict are like. */
export function numberFindings(name: string, numbers: Float64Array): readonly DataFinding[] {
  if (numbers.some((value) => value !== numbers[0])) return [];
  return [
    {
      kind: "constant_target",
      names: [name],
      message: `The target ${quotedName(name)} is ${numbers[0]} in every row: there is nothing to learn.`,
    },
  ];
}
