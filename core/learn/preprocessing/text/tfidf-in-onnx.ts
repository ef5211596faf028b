import type { OnnxGraph, OnnxValue } from "../../../onnx/graph.ts";
import type { OnnxContext } from "../../table.ts";
import { lowerWordsInOnnx } from "./lower-words-in-onnx.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { wordPattern } from "./words.ts";

export interface Weighing extends Vocabulary {
  readonly lowercase: boolean;
  readonly norm: "l1" | "l2" | null;
  readonly sublinearTf: boolean;
}

/** What the terms of each text weigh. @param text  string n_rows × 1 @returns double n_rows × terms */
export function tfidfInOnnx(text: OnnxValue, weighing: Weighing, { graph }: OnnxContext): OnnxValue {
  const { terms, idf, lowercase } = weighing;
  const words = wordsInOnnx(text, graph);
  const counted = lowercase ? lowerWordsInOnnx(words, new Set(terms.flatMap(wordsOfTerm)), graph) : words;
  const counts = toDouble(countTerms(counted, terms, graph), graph);
  const frequencies = weighing.sublinearTf ? dampened(counts, graph) : counts;
  const weights = graph.node("Mul", [
    frequencies,
    graph.constant({ type: "double", shape: [1, idf.length], values: idf }),
  ]);
  return weighing.norm === null ? weights : divideByNorm(weights, weighing.norm, graph);
}

/** The words of each text, and marks before and behind them, so that there is a column in any batch. */
function wordsInOnnx(text: OnnxValue, graph: OnnxGraph): OnnxValue {
  const texts = graph.node("Reshape", [text, int64s(graph, [-1])]);
  const attributes = {
    mark: { int: 1 },
    pad_value: { string: "" },
    mincharnum: { int: 1 },
    tokenexp: { string: wordPattern },
  };
  return graph.node("Tokenizer", [texts], attributes, "com.microsoft");
}

/** The terms, in the order of their number of words as the operator wants them. */
function countTerms(words: OnnxValue, terms: readonly string[], graph: OnnxGraph): OnnxValue {
  const split = terms.map(wordsOfTerm);
  const lengths = split.map((term) => term.length);
  const longest = lengths.reduce((a, b) => Math.max(a, b), 1);
  const order = [...split.keys()].sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  // Of each number of words, where its terms begin in the pool.
  const starts = Array.from({ length: longest }, (_, index) =>
    lengths.reduce((sum, length) => sum + (length <= index ? length : 0), 0),
  );
  return graph.node("TfIdfVectorizer", [words], {
    mode: { string: "TF" },
    min_gram_length: { int: lengths.reduce((a, b) => Math.min(a, b), longest) },
    max_gram_length: { int: longest },
    max_skip_count: { int: 0 },
    ngram_counts: { ints: starts },
    ngram_indexes: { ints: order },
    pool_strings: { strings: order.flatMap((index) => split[index] ?? []) },
  });
}

/** 1 + log(count), of those above 0. */
function dampened(counts: OnnxValue, graph: OnnxGraph): OnnxValue {
  const number = (value: number) => graph.constant({ type: "double", shape: [], values: [value] });
  const logarithm = graph.node("Add", [graph.node("Log", [counts]), number(1)]);
  return graph.node("Where", [graph.node("Greater", [counts, number(0)]), logarithm, counts]);
}

/** A text without a term stays 0. */
function divideByNorm(weights: OnnxValue, norm: "l1" | "l2", graph: OnnxGraph): OnnxValue {
  const number = (value: number) => graph.constant({ type: "double", shape: [], values: [value] });
  const parts = norm === "l1" ? weights : graph.node("Mul", [weights, weights]);
  const sum = graph.node("ReduceSum", [parts, int64s(graph, [1])], { keepdims: { int: 1 } });
  const length = norm === "l1" ? sum : graph.node("Sqrt", [sum]);
  const divisor = graph.node("Where", [graph.node("Greater", [length, number(0)]), length, number(1)]);
  return graph.node("Div", [weights, divisor]);
}

function wordsOfTerm(term: string): string[] {
  return term.split(" ");
}

function toDouble(value: OnnxValue, graph: OnnxGraph): OnnxValue {
  return graph.node("Cast", [value], { to: { int: 11 } });
}

function int64s(graph: OnnxGraph, values: readonly number[]): OnnxValue {
  return graph.constant({ type: "int64", shape: [values.length], values });
}
