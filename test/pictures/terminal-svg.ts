import { type TerminalRun, terminalScreen } from "./terminal-screen.ts";

const cell = { width: 7.8, height: 18, text: 13 };
const margin = 16;
/** Of the title above the text. */
const bar = 30;

const paper = "#16202a";
const ink = { text: "#dbe4ec", red: "#ff8a80", green: "#7fd88f", yellow: "#ffd479", cyan: "#76d3e8" };

/** A terminal in which a command was typed, with what it wrote: a picture as wide as that is, which needs no font of its own. */
export function terminalSvg(command: string, output: string): string {
  const lines = [[{ bold: true, dim: false, column: 0, text: `$ ${command}` }], ...terminalScreen(output)];
  const columns = Math.max(80, ...lines.flat().map(({ column, text }) => column + [...text].length));
  const width = Math.ceil(2 * margin + columns * cell.width);
  const height = Math.ceil(bar + lines.length * cell.height + margin);
  const dots = [0, 1, 2].map((at) => `<circle cx="${18 + 16 * at}" cy="15" r="5" fill="#3b4a58"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(command)}">
<rect width="${width}" height="${height}" rx="8" fill="${paper}"/>${dots.join("")}
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${cell.text}">
${lines.map((runs, at) => runs.map((run) => text(run, at)).join("")).join("\n")}
</g>
</svg>
`;
}

/** Stretched to its columns, so that a table stays one in whatever font there is. */
function text({ column, text: raw, bold, dim, colour }: TerminalRun, line: number): string {
  const shown = raw.trimEnd();
  const start = shown.trimStart();
  if (start === "") return "";
  const from = column + shown.length - start.length;
  const [x, y] = [margin + from * cell.width, bar + line * cell.height + cell.text];
  const length = ([...start].length * cell.width).toFixed(1);
  const weight = bold ? ' font-weight="bold"' : "";
  const opacity = dim ? ' opacity="0.6"' : "";
  return `<text x="${x.toFixed(1)}" y="${y}" textLength="${length}" fill="${ink[colour ?? "text"]}"${weight}${opacity}>${escaped(start)}</text>`;
}

function escaped(raw: string): string {
  // Blanks that are left as many as they are.
  return raw
    .replaceAll(" ", "\u00a0")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}
