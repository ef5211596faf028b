import type { OnnxGraph, OnnxValue } from "../../../onnx/graph.ts";
import { lowerCharacter } from "./words.ts";

/**
 * Words in lower case, as far as they can be among the known ones; n_rows × n_words before and after.
 * ONNX's StringNormalizer asks the machine for a locale, which an image need not have. So each different word is taken apart
 * into characters, these are looked up, and joined again in pairs, pairs of pairs and so on.
 */
export function lowerWordsInOnnx(words: OnnxValue, known: ReadonlySet<string>, graph: OnnxGraph): OnnxValue {
  const capitals = capitalsOf(known);
  if (capitals.size === 0) return words;
  const flat = graph.node("Reshape", [words, int64s(graph, [-1])]);
  const unique = graph.manyOutputs("Unique", [flat], 4);
  const width = widthFor(known);
  const characters = charactersOf(unique(0), width, graph);
  let parts = lookedUp(characters, capitals, graph);
  for (let left = width; left > 1; left /= 2) {
    const every2nd = (first: number) => columnsOf(parts, { from: first, to: left, step: 2 }, graph);
    parts = graph.node("StringConcat", [every2nd(0), every2nd(1)]);
  }
  const joined = graph.node("Reshape", [parts, int64s(graph, [-1])]);
  const lower = graph.node("Gather", [joined, unique(2)]);
  // Where no text has a character, the Tokenizer gives no columns: 0 means 0 there, and not the length of `lower`.
  return graph.node("Reshape", [lower, graph.node("Shape", [words])], { allowzero: { int: 1 } });
}

/** A power of two above the length of every known word: what is cut off there is unknown before and after. */
function widthFor(known: ReadonlySet<string>): number {
  const longest = Array.from(known).reduce((most, word) => Math.max(most, Array.from(word).length), 0);
  return 2 ** Math.ceil(Math.log2(longest + 1));
}

/** One word a row, one character a column, "" behind its end. */
function charactersOf(words: OnnxValue, width: number, graph: OnnxGraph): OnnxValue {
  // A last word of this width makes sure that there are so many columns; no place asks for it.
  const last = graph.constant({ type: "string", shape: [1], values: ["-".repeat(width)] });
  const all = graph.node("Concat", [words, last], { axis: { int: 0 } });
  const attributes = {
    mark: { int: 0 },
    pad_value: { string: "" },
    mincharnum: { int: 1 },
    separators: { strings: [""] },
  };
  const characters = graph.node("Tokenizer", [all], attributes, "com.microsoft");
  return columnsOf(characters, { from: 0, to: width, step: 1 }, graph);
}

/** Capitals become their small letters, everything else stays. */
function lookedUp(characters: OnnxValue, capitals: ReadonlyMap<string, string>, graph: OnnxGraph): OnnxValue {
  const keys = { keys_strings: { strings: [...capitals.keys()] } };
  const small = {
    ...keys,
    values_strings: { strings: [...capitals.values()] },
    default_string: { string: "" },
  };
  const found = { ...keys, values_int64s: { ints: [...capitals].map(() => 1) }, default_int64: { int: 0 } };
  const isCapital = graph.node("LabelEncoder", [characters], found, "ai.onnx.ml");
  return graph.node("Where", [
    graph.node("Cast", [isCapital], { to: { int: 9 } }),
    graph.node("LabelEncoder", [characters], small, "ai.onnx.ml"),
    characters,
  ]);
}

/** Every character whose small letter occurs in the words. */
function capitalsOf(words: ReadonlySet<string>): Map<string, string> {
  const letters = new Set([...words].flatMap((word) => Array.from(word)));
  const capitals = new Map<string, string>();
  // No script beyond this plane's end tells capitals from small letters.
  for (let code = 0; code < 0x20000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const character = String.fromCodePoint(code);
    const small = lowerCharacter(character);
    if (small !== character && letters.has(small)) capitals.set(character, small);
  }
  return capitals;
}

function columnsOf(
  value: OnnxValue,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
  graph: OnnxGraph,
): OnnxValue {
  return graph.node("Slice", [
    value,
    int64s(graph, [from]),
    int64s(graph, [to]),
    int64s(graph, [1]),
    int64s(graph, [step]),
  ]);
}

function int64s(graph: OnnxGraph, values: readonly number[]): OnnxValue {
  return graph.constant({ type: "int64", shape: [values.length], values });
}
