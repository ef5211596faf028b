/** One series of a metrics text, with its value. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const sampleLine = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/;
const labelPair = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const infinities = new Map([
  ["+Inf", Number.POSITIVE_INFINITY],
  ["-Inf", Number.NEGATIVE_INFINITY],
]);

/**
 * The samples of a metrics text, in its order; lines that are none are passed over.
 *
 * @see Prometheus text exposition format 0.0.4
 */
export function parseMetrics(text: string): readonly Sample[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value = ""] = sampleLine.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = Array.from(labels.matchAll(labelPair), ([, key = "", written = ""]): [string, string] => [
      key,
      unescapeLabel(written),
    ]);
    return [{ name, labels: new Map(pairs), value: infinities.get(value) ?? Number(value) }];
  });
}

function unescapeLabel(written: string): string {
  return written.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
}
