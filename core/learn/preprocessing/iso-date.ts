import type { OnnxValue } from "../../onnx/graph.ts";
import type { OnnxContext } from "../table.ts";
import type { DateCalculator, DateFields } from "./date-arithmetic.ts";

const leapYear = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
const monthDay =
  "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))";
const time = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]+)?)?";
const zone = "(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?";
/** A day that there is, alone or with a time. JavaScript and RE2 read it alike. */
const pattern = `(?:[0-9]{4}-${monthDay}|${leapYear}-02-29)(?:[T ]${time}${zone})?`;
const wholeText = new RegExp(`^(?:${pattern})$`);

/** What a text says, its time as it is written: `2024-02-29`, `2024-02-29 08:30`, `2024-02-29T08:30:15.5+01:00`. */
export function readIsoDate(text: string): DateFields<number> | undefined {
  if (!wholeText.test(text)) return undefined;
  const at = (start: number, end: number) => Number(text.slice(start, end));
  // Every field stands in its place; only the seconds may be missing where there is a time.
  return {
    year: at(0, 4),
    month: at(5, 7),
    day: at(8, 10),
    hour: at(11, 13),
    minute: at(14, 16),
    second: text[16] === ":" ? at(17, 19) : 0,
  };
}

/** The same of a text tensor. @returns also where the text is such a date */
export function isoDateInOnnx(
  text: OnnxValue,
  context: OnnxContext,
): { readonly isDate: OnnxValue; readonly date: DateFields<OnnxValue> } {
  const { graph } = context;
  const word = (value: string) => graph.constant({ type: "string", shape: [1, 1], values: [value] });
  const isDate = graph.node("RegexFullMatch", [text], { pattern: { string: pattern } });
  // Every text that is left can be taken apart and read as numbers.
  const whole = graph.node("Where", [isDate, text, word("1970-01-01")]);
  /** The parts of a text; delimiters are added so that there are enough parts in any batch. */
  const split = (value: OnnxValue, delimiter: string, nParts: number) => {
    const padded = graph.node("StringConcat", [value, word(delimiter.repeat(nParts))]);
    const parts = graph.manyOutputs("StringSplit", [padded], 2, { delimiter: { string: delimiter } })(0);
    return (place: number) => {
      const index = graph.constant({ type: "int64", shape: [], values: [place] });
      return graph.node("Gather", [parts, index], { axis: { int: 2 } });
    };
  };
  const number = (value: OnnxValue) =>
    graph.node("Cast", [graph.node("StringConcat", [word("0"), value])], { to: { int: 11 } });
  const behindT = split(whole, "T", 1);
  const behindBlank = split(behindT(0), " ", 1);
  const [year, month, day] = [0, 1, 2].map(split(behindBlank(0), "-", 3)).map(number);
  const written = graph.node("StringConcat", [behindT(1), behindBlank(1)]);
  const clock = ["Z", "+", "-"].reduce<OnnxValue>((value, sign) => split(value, sign, 1)(0), written);
  const [hour, minute, seconds] = [0, 1, 2].map(split(clock, ":", 3));
  if (!(year && month && day && hour && minute && seconds)) throw new RangeError("A date has six fields");
  const second = number(split(seconds, ".", 1)(0));
  return { isDate, date: { year, month, day, hour: number(hour), minute: number(minute), second } };
}

/** Arithmetic as nodes of a graph. */
export function graphCalculator({ graph }: OnnxContext): DateCalculator<OnnxValue> {
  return {
    number: (value) => graph.constant({ type: "double", shape: [], values: [value] }),
    add: (a, b) => graph.node("Add", [a, b]),
    subtract: (a, b) => graph.node("Sub", [a, b]),
    multiply: (a, b) => graph.node("Mul", [a, b]),
    divide: (a, b) => graph.node("Div", [a, b]),
    floor: (a) => graph.node("Floor", [a]),
  };
}
