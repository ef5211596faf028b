import type { Feature } from "../../features/feature-spec.ts";
import type { Distribution, Golden, ModelCard } from "../../model/model-card.ts";
import { type NumberScale, numberScale } from "./number-scale.ts";

/** One choice; `value` is what stands in the markup, and is empty for "not known". */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

export type FormValue = Golden["row"][string];

interface FieldOf<Kind extends string> {
  readonly kind: Kind;
  readonly name: string;
  readonly type: Feature["type"];
  readonly nullable: boolean;
  /** What to know before filling it in: description, bounds, whether it may stay empty. */
  readonly notes: readonly string[];
  /** Its values in the requests that training kept; the first is what it is filled in with at first. */
  readonly examples: readonly FormValue[];
}

export interface NumberField extends FieldOf<"number"> {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly scale: NumberScale | undefined;
}

export interface ChoiceField extends FieldOf<"buttons" | "menu"> {
  readonly choices: readonly Choice[];
}

/** How the form asks for one feature. */
export type FormField = NumberField | ChoiceField | FieldOf<"text">;

/** So many choices still stand side by side. */
const maxButtons = 4;

/** The fields of the form, in the order of the features. */
export function formFields({ features, baseline, golden }: ModelCard): readonly FormField[] {
  return features.map((feature) => {
    const examples = golden.map(({ row }) => own(row, feature.name) ?? null);
    return formField(feature, own(baseline.features, feature.name), examples);
  });
}

function formField(
  feature: Feature,
  baseline: Distribution | undefined,
  examples: readonly FormValue[],
): FormField {
  const { name, type, nullable, min, max, values = [] } = feature;
  const common = { name, type, nullable, notes: notesOf(feature), examples };
  switch (type) {
    case "number":
    case "integer": {
      const samples = examples.filter((value) => typeof value === "number");
      return { ...common, kind: "number", min, max, scale: numberScale(feature, baseline, samples) };
    }
    case "boolean":
      return { ...common, kind: "buttons", choices: choicesOf(feature, yesAndNo) };
    case "category": {
      const choices = values.map((value) => ({ value, label: value }));
      const kind = values.length <= maxButtons ? "buttons" : "menu";
      return { ...common, kind, choices: choicesOf(feature, choices) };
    }
    case "string":
      return { ...common, kind: "text" };
  }
}

const yesAndNo: readonly Choice[] = [
  { value: "true", label: "Yes" },
  { value: "false", label: "No" },
];

function choicesOf({ nullable }: Feature, choices: readonly Choice[]): readonly Choice[] {
  return nullable ? [...choices, { value: "", label: "Not known" }] : choices;
}

function notesOf(feature: Feature): readonly string[] {
  const canBeEmpty = feature.nullable && ["number", "integer", "string"].includes(feature.type);
  const notes = [feature.description, limitsOf(feature), canBeEmpty ? "may stay empty" : undefined];
  return notes.filter((note) => note !== undefined).filter((note) => note !== "");
}

function limitsOf({ type, min, max }: Feature): string | undefined {
  const limits = boundsText(min, max);
  if (type !== "integer") return limits;
  return limits === undefined ? "a whole number" : `a whole number, ${limits}`;
}

function boundsText(min: number | undefined, max: number | undefined): string | undefined {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `at least ${min}`;
  return max === undefined ? undefined : `at most ${max}`;
}

/** A feature may be called as what every object inherits. */
function own<Item>(record: Readonly<Record<string, Item>>, name: string): Item | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
