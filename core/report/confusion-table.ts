import type { ConfusionMatrix } from "../learn/metrics/confusion-matrix.ts";
import { breakable } from "./breakable.ts";
import { dataTable } from "./figure.ts";
import { formatCount, formatShare } from "./format.ts";
import { type Html, html } from "./html.ts";

const maxLabels = 15;
const maxConfusions = 20;

/** True against predicted classes as a heat map; of many classes, the most frequent confusions as a list. */
export function confusionTable(matrix: ConfusionMatrix): Html {
  return matrix.labels.length <= maxLabels ? heatMap(matrix) : confusions(matrix);
}

function heatMap({ labels, counts }: ConfusionMatrix): Html {
  const rows = labels.map((label, t) => {
    const line = counts[t] ?? [];
    const total = line.reduce((sum, count) => sum + count, 0);
    const cells = line.map((count, p) => cell(count, total, t === p ? "hit" : "miss"));
    return html`<th scope="row">${breakable(label)}</th>${cells}<td class="total">${formatCount(total)}</td>`;
  });
  return dataTable({
    caption: "What is true (down) against what the model said (across)",
    head: html`<td></td>${labels.map((label) => html`<th scope="col">${breakable(label)}</th>`)}<th scope="col" class="total">rows</th>`,
    rows,
    className: "confusion",
  });
}

function cell(count: number, total: number, kind: "hit" | "miss"): Html {
  if (count === 0) return html`<td class="none">0</td>`;
  const share = count / total;
  return html`<td class="${kind}" style="--share:${Math.round(share * 100)}%">${formatCount(count)}<small>${formatShare(share)}</small></td>`;
}

function confusions({ labels, counts }: ConfusionMatrix): Html {
  const pairs = counts.flatMap((line, t) => {
    const total = line.reduce((sum, count) => sum + count, 0);
    return line.map((count, p) => ({ truth: labels[t] ?? "", said: labels[p] ?? "", count, total }));
  });
  const wrong = pairs.filter(({ truth, said, count }) => count > 0 && truth !== said);
  const shown = wrong.sort((a, b) => b.count - a.count).slice(0, maxConfusions);
  return dataTable({
    caption: `The most frequent mistakes among ${labels.length} classes`,
    head: html`<th scope="col">Is</th><th scope="col" class="text">Taken for</th><th scope="col">Rows</th><th scope="col">Of its class</th>`,
    rows: shown.map(
      ({ truth, said, count, total }) =>
        html`<th scope="row">${breakable(truth)}</th><td class="text">${breakable(said)}</td><td>${formatCount(count)}</td><td>${formatShare(count / total)}</td>`,
    ),
    className: "numbers",
  });
}
