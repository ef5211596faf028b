import {
  nodeMessage,
  type OnnxAttributes,
  type OnnxTensor,
  tensorMessage,
} from "../../core/onnx/messages.ts";
import { ProtobufWriter } from "../../core/onnx/protobuf.ts";

/** Numbers of ONNX's element types; `maps` is what ZipMap gives: a sequence of maps from text to float. */
const types = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const;
export type ForeignType = keyof typeof types | "maps";

/** An input or output, such as `["x", "float", [undefined, 1]]`; without a shape where not even the rank is said. */
export type ForeignValue = readonly [
  name: string,
  type: ForeignType,
  shape?: readonly (number | undefined)[],
];

/** `[operator, inputs, outputs, attributes, domain]`. */
export type ForeignNode = readonly [
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: OnnxAttributes,
  domain?: "ai.onnx.ml",
];

export interface ForeignGraph {
  readonly inputs: readonly ForeignValue[];
  readonly outputs: readonly ForeignValue[];
  readonly nodes: readonly (ForeignNode | ProtobufWriter)[];
  readonly constants?: Readonly<Record<string, OnnxTensor>>;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly opset?: number;
  readonly producer?: string;
}

/** An ONNX file as another program than mlt would write it. */
export function foreignModel(graph: ForeignGraph): Uint8Array {
  const { metadata = {}, opset = 15, producer = "another" } = graph;
  const model = new ProtobufWriter().int(1, 8).bytes(2, producer).bytes(7, foreignGraph(graph));
  for (const [domain, version] of [
    ["", opset],
    ["ai.onnx.ml", 3],
  ] as const)
    model.bytes(8, new ProtobufWriter().bytes(1, domain).int(2, version));
  for (const [key, value] of Object.entries(metadata))
    model.bytes(14, new ProtobufWriter().bytes(1, key).bytes(2, value));
  return model.finish();
}

/** The graph alone, as a node's attribute holds it too. */
export function foreignGraph({ inputs, outputs, nodes, constants = {} }: ForeignGraph): ProtobufWriter {
  const graph = new ProtobufWriter();
  for (const node of nodes) {
    if (node instanceof ProtobufWriter) graph.bytes(1, node);
    else {
      const [op, from, to, attributes = {}, domain = ""] = node;
      graph.bytes(1, nodeMessage({ op, inputs: from, outputs: to, attributes, domain }));
    }
  }
  graph.bytes(2, `chance ${nodes.length}`);
  for (const [name, tensor] of Object.entries(constants)) graph.bytes(5, tensorMessage(name, tensor));
  for (const input of inputs) graph.bytes(11, valueInfo(input));
  for (const output of outputs) graph.bytes(12, valueInfo(output));
  return graph;
}

function valueInfo([name, type, shape]: ForeignValue): ProtobufWriter {
  return new ProtobufWriter().bytes(1, name).bytes(2, type === "maps" ? mapsType() : tensorType(type, shape));
}

function tensorType(
  type: keyof typeof types,
  shape: readonly (number | undefined)[] | undefined,
): ProtobufWriter {
  const tensor = new ProtobufWriter().int(1, types[type]);
  if (shape !== undefined) {
    const axes = new ProtobufWriter();
    for (const length of shape)
      axes.bytes(1, length === undefined ? new ProtobufWriter() : new ProtobufWriter().int(1, length));
    tensor.bytes(2, axes);
  }
  return new ProtobufWriter().bytes(1, tensor);
}

function mapsType(): ProtobufWriter {
  const map = new ProtobufWriter().int(1, types.string).bytes(2, tensorType("float", []));
  return new ProtobufWriter().bytes(4, new ProtobufWriter().bytes(1, new ProtobufWriter().bytes(5, map)));
}
