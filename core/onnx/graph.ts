import { MltError } from "../errors.ts";
import {
  nodeMessage,
  type OnnxAttributes,
  type OnnxDimension,
  type OnnxNode,
  type OnnxTensor,
  type OnnxType,
  tensorMessage,
  valueMessage,
} from "./messages.ts";
import { ProtobufWriter } from "./protobuf.ts";

/** A tensor of a graph under construction: what one node gives and another takes. */
export type OnnxValue = string & { readonly onnxValue: unique symbol };

interface DeclaredValue {
  readonly type: OnnxType;
  readonly shape: readonly OnnxDimension[];
}

const irVersion = 8;
/** The operator sets of every graph, by domain. */
export const opsets = { "": 17, "ai.onnx.ml": 3 } as const;
/** Marks the values that are inputs: no operator's name holds a colon, so none of ours can look like one. */
const inputMark = "input:";

/**
 * An ONNX graph, built node by node: the same calls give the same bytes.
 * Inputs and outputs keep their names, whatever they are; the tensors between them give way.
 * An output may not have the name of an input: ONNX knows one tensor by one name.
 */
export class OnnxGraph {
  readonly #name: string;
  readonly #inputs = new Map<string, DeclaredValue>();
  readonly #outputs = new Map<string, DeclaredValue & { readonly value: OnnxValue }>();
  readonly #constants = new Map<OnnxValue, OnnxTensor>();
  readonly #nodes: (Omit<OnnxNode, "inputs" | "output"> & {
    readonly inputs: readonly OnnxValue[];
    readonly output: OnnxValue;
  })[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** Declares an input of shape [N, columns]. @throws {MltError} when an output has the name. */
  input(name: string, type: "float" | "string", columns: number): OnnxValue {
    if (this.#inputs.has(name)) throw new RangeError(`The graph has an input "${name}" already`);
    if (this.#outputs.has(name)) throw nameClash(name);
    this.#inputs.set(name, { type, shape: ["N", columns] });
    return toValue(`${inputMark}${name}`);
  }

  /** Adds an operator with one output. @returns that output */
  node(
    op: string,
    inputs: readonly OnnxValue[],
    attributes: OnnxAttributes = {},
    domain: OnnxNode["domain"] = "",
  ): OnnxValue {
    const output = toValue(`${op.toLowerCase()}_${this.#nodes.length + 1}`);
    this.#nodes.push({ op, inputs, output, attributes, domain });
    return output;
  }

  /** Adds a tensor that is known now. */
  constant(tensor: OnnxTensor): OnnxValue {
    const value = toValue(`constant_${this.#constants.size + 1}`);
    this.#constants.set(value, tensor);
    return value;
  }

  /** Gives a value to the caller of the graph under `name`. @throws {MltError} when an input has the name. */
  output(name: string, value: OnnxValue, type: OnnxType, shape: readonly OnnxDimension[]): void {
    if (this.#outputs.has(name)) throw new RangeError(`The graph has an output "${name}" already`);
    if (this.#inputs.has(name)) throw nameClash(name);
    this.#outputs.set(name, { value, type, shape });
  }

  /** The model as bytes of an `.onnx` file; `metadata` in the order given. */
  encode(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    const model = new ProtobufWriter().int(1, irVersion).bytes(2, "mlt").bytes(7, this.#graphMessage());
    for (const [domain, version] of Object.entries(opsets)) {
      model.bytes(8, new ProtobufWriter().bytes(1, domain).int(2, version));
    }
    for (const [key, value] of Object.entries(metadata)) {
      model.bytes(14, new ProtobufWriter().bytes(1, key).bytes(2, value));
    }
    return model.finish();
  }

  #graphMessage(): ProtobufWriter {
    const nameOf = this.#tensorNames();
    const graph = new ProtobufWriter();
    for (const node of this.#nodes) {
      graph.bytes(1, nodeMessage({ ...node, inputs: node.inputs.map(nameOf), output: nameOf(node.output) }));
    }
    for (const [name, { value }] of this.#outputs) {
      const inputs = [nameOf(value)];
      graph.bytes(1, nodeMessage({ op: "Identity", inputs, output: name, attributes: {}, domain: "" }));
    }
    graph.bytes(2, this.#name);
    for (const [value, tensor] of this.#constants) graph.bytes(5, tensorMessage(nameOf(value), tensor));
    for (const [name, { type, shape }] of this.#inputs) graph.bytes(11, valueMessage(name, type, shape));
    for (const [name, { type, shape }] of this.#outputs) graph.bytes(12, valueMessage(name, type, shape));
    return graph;
  }

  /** Inputs under their own names; the rest behind as many underscores as keep them apart from inputs and outputs. */
  #tensorNames(): (value: OnnxValue) => string {
    const taken = [...this.#inputs.keys(), ...this.#outputs.keys()];
    const inner = new Set<string>([...this.#constants.keys(), ...this.#nodes.map(({ output }) => output)]);
    let prefix = "";
    while (taken.some((name) => name.startsWith(prefix) && inner.has(name.slice(prefix.length))))
      prefix += "_";
    return (value) => (value.startsWith(inputMark) ? value.slice(inputMark.length) : prefix + value);
  }
}

function nameClash(name: string): MltError {
  return new MltError(`A feature is called "${name}", the name of an output of the model`, {
    hint: `Rename the column "${name}" in the data loader and in features.yaml.`,
  });
}

function toValue(name: string): OnnxValue {
  return name as OnnxValue;
}
