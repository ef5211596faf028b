import { Value } from "@sinclair/typebox/value";
import { isMap } from "../config/is-map.ts";
import type { Fault, Path } from "../config/schema-problems.ts";
import { quoted } from "../config/shown-value.ts";
import { FeatureEntry } from "./features-schema.ts";

/** Contradictions in features.yaml, which no schema can name; entries that break the schema are left out, so that each is reported once. */
export function featureFaults(data: unknown, lineOf: (path: Path) => number): Fault[] {
  if (!isMap(data)) return [];
  const list: readonly unknown[] = Array.isArray(data["features"]) ? data["features"] : [];
  const entries = list.map((entry, index) => ({ entry, path: ["features", String(index)] }));
  return [
    ...nameFaults(data, entries.flatMap(named), lineOf),
    ...entries.flatMap(({ entry, path }) =>
      Value.Check(FeatureEntry, entry) ? entryFaults(entry, path) : [],
    ),
  ];
}

interface Named {
  readonly name: string;
  readonly path: Path;
}

function named({ entry, path }: { readonly entry: unknown; readonly path: Path }): Named[] {
  if (typeof entry === "string") return [{ name: entry, path }];
  const name = isMap(entry) ? entry["name"] : undefined;
  return typeof name === "string" ? [{ name, path: [...path, "name"] }] : [];
}

function nameFaults(
  { task, target, id }: Readonly<Record<string, unknown>>,
  features: readonly Named[],
  lineOf: (path: Path) => number,
): Fault[] {
  const faults: Fault[] = [];
  const first = new Map<string, Path>();
  for (const { name, path } of features) {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, path);
    else faults.push(fault(path, `Feature ${quoted(name)} is there twice, first on line ${lineOf(earlier)}`));
    if (name === target) faults.push(fault(path, `Target ${quoted(name)} is among the features`));
    if (isReserved(name, task))
      faults.push(fault(path, `Feature ${quoted(name)} has the name of an answer of the model`));
    if (name === id) faults.push(fault(path, `Id ${quoted(name)} is among the features`));
  }
  if (typeof id === "string" && id === target)
    faults.push(fault(["id"], `Id ${quoted(id)} is the target as well`));
  return faults;
}

/** The model's graph and `mlt predict` call their answers so. */
function isReserved(name: string, task: unknown): boolean {
  return (task === "regression" ? ["prediction"] : ["label", "probabilities", "class_name"]).includes(name);
}

function entryFaults(entry: FeatureEntry, path: Path): Fault[] {
  return [...boundFaults(entry, path), ...valueFaults(entry, path)];
}

function boundFaults({ name, type = "number", min, max }: FeatureEntry, path: Path): Fault[] {
  if (type === "number" || type === "integer") {
    if (min === undefined || max === undefined || min <= max) return [];
    return [
      fault([...path, "min"], `Expected min of ${quoted(name)} to be at most its max ${max}, not ${min}`),
    ];
  }
  const bounds = [min === undefined ? [] : ["min"], max === undefined ? [] : ["max"]].flat();
  return bounds.map((bound) => misplaced([...path, bound], name, type, "a number or integer"));
}

function valueFaults({ name, type = "number", values }: FeatureEntry, path: Path): Fault[] {
  if (type !== "category") {
    return values === undefined ? [] : [misplaced([...path, "values"], name, type, "a category")];
  }
  if (values === undefined)
    return [fault(path, `Category ${quoted(name)} lacks "values", the list of its choices`)];
  const seen = new Set<string>();
  return values.flatMap((value, index) => {
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [
      fault([...path, "values", String(index)], `Value ${quoted(value)} of ${quoted(name)} is there twice`),
    ];
  });
}

function misplaced(path: Path, name: string, type: string, owner: string): Fault {
  const message = `Only ${owner} has "${path.at(-1)}", and ${quoted(name)} is of type ${type}`;
  return { path, at: "key", message };
}

function fault(path: Path, message: string): Fault {
  return { path, at: "value", message };
}
