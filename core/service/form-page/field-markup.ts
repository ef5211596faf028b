import { type Html, html } from "../../report/html.ts";
import type { ChoiceField, FormField, FormValue, NumberField } from "./form-field.ts";
import type { NumberScale } from "./number-scale.ts";

/**
 * One field of the form. `data-feature`, `data-type` and `data-nullable` are what the page's script reads of it.
 *
 * @param index  makes the ids of the field its own; a feature's name may be anything
 */
export function fieldMarkup(field: FormField, index: number): Html {
  const id = `f${index}`;
  const describedBy = `${id}-notes ${id}-span ${id}-error`;
  const inner = controlOf(field, id, describedBy);
  const error = html`<p class="error" id="${id}-error" hidden></p>`;
  const data = html`data-feature="${field.name}" data-type="${field.type}"${field.nullable ? attribute("data-nullable", "") : undefined}`;
  if (field.kind === "buttons") {
    return html`<fieldset class="field" role="radiogroup" aria-describedby="${describedBy}" aria-invalid="false" ${data}><legend>${title(field, id)}</legend>${inner}${error}</fieldset>`;
  }
  return html`<div class="field ${field.kind}" ${data}><label for="${id}">${title(field, id)}</label>${inner}${error}</div>`;
}

function title({ name, notes }: FormField, id: string): Html {
  return html`<span class="name">${name}</span> <span class="notes" id="${id}-notes">${notes.join(" \u00b7 ")}</span>`;
}

function controlOf(field: FormField, id: string, describedBy: string): Html {
  const attributes = html`id="${id}" aria-describedby="${describedBy}" aria-invalid="false"`;
  switch (field.kind) {
    case "number":
      return numberControl(field, id, attributes);
    case "buttons":
      return buttons(field, id);
    case "menu":
      return menu(field, attributes);
    case "text":
      return html`<input type="text" autocomplete="off" ${attributes} value="${textOf(field.examples[0])}">`;
  }
}

function numberControl(
  { type, min, max, scale, examples: [value] }: NumberField,
  id: string,
  attributes: Html,
): Html {
  const step = type === "integer" ? 1 : (scale?.step ?? "any");
  const input = html`<input type="number" autocomplete="off" inputmode="${inputMode(type, min)}" step="${step}"${attribute("min", min)}${attribute("max", max)} ${attributes} value="${textOf(value)}">`;
  return scale === undefined ? input : html`${input}${slider(scale, value, id)}`;
}

/** Keypads of digits alone often have no minus sign. */
function inputMode(type: string, min: number | undefined): string {
  if (min === undefined || min < 0) return "text";
  return type === "integer" ? "numeric" : "decimal";
}

/** For pointers only: keyboards and screen readers have the same in the input beside it. */
function slider({ low, high, step, learned }: NumberScale, value: FormValue | undefined, id: string): Html {
  const where = learned ? "In the training rows" : "From";
  return html`<input class="slider" type="range" tabindex="-1" aria-hidden="true" min="${low}" max="${high}" step="${step}" value="${textOf(value)}"${learned ? attribute("data-learned", "") : undefined}>
<p class="span" id="${id}-span"><span>${low}</span><span class="outside"${attribute("hidden", "")}>outside of the training rows</span><span>${high}</span><span class="unseen">${where}: ${low} to ${high}</span></p>`;
}

function buttons({ choices, examples: [value] }: ChoiceField, id: string): Html {
  return html`<div class="options">${choices.map(
    (choice) =>
      html`<label><input type="radio" name="${id}" value="${choice.value}"${choice.value === textOf(value) ? attribute("checked", "") : undefined}> <span>${choice.label}</span></label>`,
  )}</div>`;
}

function menu({ choices, examples: [value] }: ChoiceField, attributes: Html): Html {
  return html`<select autocomplete="off" ${attributes}>${choices.map(
    (choice) =>
      html`<option value="${choice.value}"${choice.value === textOf(value) ? attribute("selected", "") : undefined}>${choice.label}</option>`,
  )}</select>`;
}

function textOf(value: FormValue | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

function attribute(name: string, value: string | number | undefined): Html | undefined {
  return value === undefined ? undefined : html` ${name}="${value}"`;
}
