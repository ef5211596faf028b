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

/** The operator sets of every graph, by domain. */
export const opsets = { "": 17, "ai.onnx.ml": 3 } as const;
/** The set of a graph that has an operator on text, which older programs need not know. */
export const textOpset = 20;
const textOperators: ReadonlySet<string> = new Set(["RegexFullMatch", "StringConcat", "StringSplit"]);
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
  readonly #nodes: (Omit<OnnxNode, "inputs" | "outputs"> & {
    readonly inputs: readonly OnnxValue[];
    readonly outputs: readonly OnnxValue[];
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
    this.#nodes.push({ op, inputs, outputs: [output], attributes, domain });
    return output;
  }

  /** Adds an operator with several outputs. @returns what gives the output at a place, from 0 */
  manyOutputs(
    op: string,
    inputs: readonly OnnxValue[],
    count: number,
    attributes: OnnxAttributes = {},
  ): (place: number) => OnnxValue {
    const name = `${op.toLowerCase()}_${this.#nodes.length + 1}`;
    const outputAt = (place: number) => toValue(`${name}_${place}`);
    const outputs = Array.from({ length: count }, (_, place) => outputAt(place));
    this.#nodes.push({ op, inputs, outputs, attributes, domain: "" });
    return outputAt;
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
    const isNew = this.#nodes.some(({ op, domain }) => domain === "" && textOperators.has(op));
    const hasForeign = this.#nodes.some(isForeign);
    const sets = {
      ...opsets,
      ...(isNew ? { "": textOpset } : {}),
      ...(hasForeign ? { "com.microsoft": 1 } : {}),
    };
    // Of the format itself: the version that came with the operator set.
    const irVersion = isNew ? 9 : 8;
    const model = new ProtobufWriter().int(1, irVersion).bytes(2, "mlt").bytes(7, this.#graphMessage());
    for (const [domain, version] of Object.entries(sets)) {
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
      graph.bytes(
        1,
        nodeMessage({ ...node, inputs: node.inputs.map(nameOf), outputs: node.outputs.map(nameOf) }),
      );
    }
    for (const [name, { value }] of this.#outputs) {
      const inputs = [nameOf(value)];
      graph.bytes(1, nodeMessage({ op: "Identity", inputs, outputs: [name], attributes: {}, domain: "" }));
    }
    graph.bytes(2, this.#name);
    for (const [value, tensor] of this.#constants) graph.bytes(5, tensorMessage(nameOf(value), tensor));
    for (const [name, { type, shape }] of this.#inputs) graph.bytes(11, valueMessage(name, type, shape));
    for (const [name, { type, shape }] of this.#outputs) graph.bytes(12, valueMessage(name, type, shape));
    // ONNX itself does not know these operators; of theirs, mlt writes only those that give text.
    for (const { outputs } of this.#nodes.filter(isForeign)) {
      for (const output of outputs) graph.bytes(13, valueMessage(nameOf(output), "string"));
    }
    return graph;
  }

  /** Inputs under their own names; the rest behind as many underscores as keep them apart from inputs and outputs. */
  #tensorNames(): (value: OnnxValue) => string {
    const taken = [...this.#inputs.keys(), ...this.#outputs.keys()];
    const inner = new Set<string>([
      ...this.#constants.keys(),
      ...this.#nodes.flatMap(({ outputs }) => outputs),
    ]);
    let prefix = "";
    while (taken.some((name) => name.startsWith(prefix) && inner.has(name.slice(prefix.length))))
      prefix += "_";
    return (value) => (value.startsWith(inputMark) ? value.slice(inputMark.length) : prefix + value);
  }
}

function isForeign({ domain }: Pick<OnnxNode, "domain">): boolean {
  return domain === "com.microsoft";
}

function nameClash(name: string): MltError {
  return new MltError(`A feature is called "${name}", the name of an output of the model`, {
    hint: `Rename the column "${name}" in the data loader and in features.yaml.`,
  });
}

function toValue(name: string): OnnxValue {
  return name as OnnxValue;
}
