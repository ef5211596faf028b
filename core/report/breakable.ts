import { type Html, html } from "./html.ts";

/** More letters in a row than a narrow column holds. */
const longRun = 16;

/** A name that a line may break behind its separators, or within where it has none, so that no word is broken without need. */
export function breakable(name: string): Html {
  const parts = name
    .split(/(?<=[\s_./:-])/)
    .flatMap((part) => part.match(new RegExp(`.{1,${longRun}}`, "gsu")) ?? []);
  return html`${parts.map((part, index) => (index === 0 ? html`${part}` : html`<wbr>${part}`))}`;
}
