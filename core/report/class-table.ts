import type { ClassScores } from "../learn/metrics/confusion-matrix.ts";
import { breakable } from "./breakable.ts";
import { dataTable } from "./figure.ts";
import { formatCount, formatShare } from "./format.ts";
import { type Html, html } from "./html.ts";

const maxClasses = 30;

/** Precision, recall and F1 of each class; of many classes, those that the model does worst on. */
export function classTable(scores: readonly ClassScores[]): Html {
  const many = scores.length > maxClasses;
  const shown = many ? scores.toSorted((a, b) => a.f1 - b.f1).slice(0, maxClasses) : scores;
  const which = many
    ? `The ${maxClasses} classes of ${scores.length} that it does worst on`
    : "Class by class";
  return dataTable({
    caption: `${which}: precision is how often its answer is right, recall how much of the class it finds`,
    head: html`<th scope="col">Class</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th><th scope="col">Rows</th>`,
    rows: shown.map(
      ({ label, precision, recall, f1, support }) =>
        html`<th scope="row">${breakable(label)}</th><td>${formatShare(precision)}</td><td>${formatShare(recall)}</td><td>${f1.toFixed(3)}</td><td>${formatCount(support)}</td>`,
    ),
    className: "numbers",
  });
}
