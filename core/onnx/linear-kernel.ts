import type { Columns } from "../features/columns.ts";
import type { OnnxTensor } from "./messages.ts";
import type { GraphDescription, NodeDescription } from "./read-graph.ts";

/** The rows of one output, row-major. */
export type Kernel = (columns: Columns) => Float32Array;

/**
 * What most linear models are, as one loop over the rows: numbers, scaled, times weights, plus a bias, perhaps as
 * probabilities. Step by step each operator would leave a column behind for the next to read, which takes twice as long.
 *
 * @returns nothing for an output that is made in another way
 */
export function linearKernel(graph: GraphDescription, output: string): Kernel | undefined {
  const model = linearModel(graph, output);
  return model && ((columns) => runLinear(model, columns));
}

interface LinearModel {
  /** Names of m columns of numbers. */
  readonly inputs: readonly string[];
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  /** m × k. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly softmax: boolean;
}

/** Reads the graph from the output back to its inputs. */
function linearModel(graph: GraphDescription, output: string): LinearModel | undefined {
  const walk = new Walk(graph, output);
  walk.through("Identity");
  if (walk.through("Cast", { to: 1 }) === undefined) return undefined;
  const softmax = walk.through("Softmax", { axis: 1 }) !== undefined;
  const bias = walk.throughConstant("Add");
  const weights = walk.throughConstant("MatMul");
  const scale = walk.throughConstant("Div");
  const mean = walk.throughConstant("Sub");
  const inputs = walk.numberInputs();
  if (bias === undefined || weights === undefined || inputs === undefined) return undefined;
  const m = inputs.length;
  const model = {
    inputs,
    mean: mean ?? new Float64Array(m),
    scale: scale ?? new Float64Array(m).fill(1),
    weights,
    bias,
    softmax,
  };
  const fits = model.mean.length === m && model.scale.length === m && weights.length === m * bias.length;
  return fits ? model : undefined;
}

/** A way through a graph, against the arrows. */
class Walk {
  private readonly graph: GraphDescription;
  private readonly makers: ReadonlyMap<string, NodeDescription>;
  private name: string;

  constructor(graph: GraphDescription, name: string) {
    this.graph = graph;
    this.makers = new Map(graph.nodes.map((node) => [node.outputs[0] ?? "", node]));
    this.name = name;
  }

  /** Goes to the first input of the node that makes the value here, if it is this operator's with these attributes. */
  through(op: string, attributes: Readonly<Record<string, number>> = {}): NodeDescription | undefined {
    const node = this.makers.get(this.name);
    const [first] = node?.inputs ?? [];
    if (node === undefined || first === undefined || !isNode(node, op, attributes)) return undefined;
    this.name = first;
    return node;
  }

  /** The same, where the second input is known beforehand. @returns that input's numbers */
  throughConstant(op: string): Float64Array | undefined {
    const constant = this.graph.constants.get(this.makers.get(this.name)?.inputs[1] ?? "");
    if (constant === undefined || !isDouble(constant)) return undefined;
    return this.through(op) && Float64Array.from(constant.values);
  }

  /** The graph's inputs whose numbers, side by side, are the value here. */
  numberInputs(): readonly string[] | undefined {
    const maker = this.makers.get(this.name);
    const parts = maker !== undefined && isNode(maker, "Concat", { axis: 1 }) ? maker.inputs : [this.name];
    const names = parts.flatMap((part) => {
      const cast = this.makers.get(part);
      if (cast === undefined || !isNode(cast, "Cast", { to: 11 })) return [];
      const input = this.graph.inputs.find(({ name }) => name === cast.inputs[0]);
      return input?.type === "float" && input.columns === 1 ? [input.name] : [];
    });
    return names.length === parts.length ? names : undefined;
  }
}

function isNode(
  { op, attributes }: NodeDescription,
  wanted: string,
  values: Readonly<Record<string, number>>,
): boolean {
  return (
    op === wanted &&
    Object.entries(values).every(([name, value]) => {
      const attribute = attributes[name];
      return attribute !== undefined && "int" in attribute && attribute.int === value;
    })
  );
}

function isDouble(constant: OnnxTensor): constant is Extract<OnnxTensor, { values: ArrayLike<number> }> {
  return constant.type === "double";
}

function runLinear(model: LinearModel, { nRows, values }: Columns): Float32Array {
  const inputs = model.inputs.map((name) => numbersAt(values, name));
  if (inputs.some(({ length }) => length !== nRows)) throw new RangeError(`An input has not ${nRows} rows`);
  const k = model.bias.length;
  const result = new Float32Array(nRows * k);
  const scores = new Float64Array(k);
  for (let row = 0; row < nRows; row++) {
    scoreRow(model, inputs, row, scores);
    if (model.softmax) toProbabilities(scores);
    for (let index = 0; index < k; index++) result[row * k + index] = scores[index] ?? 0;
  }
  return result;
}

/** In the order in which the graph adds: the bias last. */
function scoreRow(
  { mean, scale, weights, bias }: LinearModel,
  inputs: readonly Float32Array[],
  row: number,
  scores: Float64Array,
): void {
  for (let index = 0; index < scores.length; index++) scores[index] = 0;
  let at = 0;
  for (let column = 0; column < inputs.length; column++) {
    const x = ((inputs[column]?.[row] ?? 0) - (mean[column] ?? 0)) / (scale[column] ?? 1);
    for (let index = 0; index < scores.length; index++, at++) {
      scores[index] = (scores[index] ?? 0) + x * (weights[at] ?? 0);
    }
  }
  for (let index = 0; index < scores.length; index++) {
    scores[index] = (scores[index] ?? 0) + (bias[index] ?? 0);
  }
}

/** Less the largest score, so that no power overflows. */
function toProbabilities(scores: Float64Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < scores.length; index++) most = Math.max(most, scores[index] ?? 0);
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    const power = Math.exp((scores[index] ?? 0) - most);
    scores[index] = power;
    sum += power;
  }
  for (let index = 0; index < scores.length; index++) scores[index] = (scores[index] ?? 0) / sum;
}

function numbersAt(values: Columns["values"], name: string): Float32Array {
  const column = values.get(name);
  if (column instanceof Float32Array) return column;
  throw new RangeError(`The graph's input "${name}" is missing, or is text`);
}
