import { littleEndian, ProtobufWriter } from "./protobuf.ts";

/** Numbers of ONNX's `TensorProto.DataType`. */
const dataTypes = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const;

/** Element types that a graph of ours declares. */
export type OnnxType = keyof typeof dataTypes;

/** A tensor that is known when the graph is written; `values` row-major, as many as `shape` says. */
export type OnnxTensor =
  | {
      readonly type: "float" | "double" | "int64";
      readonly shape: readonly number[];
      readonly values: ArrayLike<number>;
    }
  | {
      readonly type: "string";
      readonly shape: readonly number[];
      readonly values: readonly string[];
    };

/** An attribute of a node: its key says which kind ONNX's operator wants. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: ArrayLike<number> }
  | { readonly floats: ArrayLike<number> }
  | { readonly strings: readonly string[] }
  | { readonly tensor: OnnxTensor };

/** Attributes by the name that ONNX's operator gives them. */
export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

/** Length of one axis: a number, or the symbol of one that is known only when the graph runs. */
export type OnnxDimension = number | "N";

/** One application of an operator; names are the tensors' final ones. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
  readonly domain: "" | "ai.onnx.ml" | "com.microsoft";
}

/** `NodeProto`; a node is named for its first output. */
export function nodeMessage(node: OnnxNode): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const input of node.inputs) message.bytes(1, input);
  for (const output of node.outputs) message.bytes(2, output);
  message.bytes(3, node.outputs[0] ?? "").bytes(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message.bytes(5, attributeMessage(name, attribute));
  }
  return node.domain === "" ? message : message.bytes(7, node.domain);
}

/** `ValueInfoProto`: an input or output of the graph, or a tensor within; a shape that is left out is not known. */
export function valueMessage(name: string, type: OnnxType, shape?: readonly OnnxDimension[]): ProtobufWriter {
  const tensorType = new ProtobufWriter().int(1, dataTypes[type]);
  if (shape !== undefined) tensorType.bytes(2, shapeMessage(shape));
  return new ProtobufWriter().bytes(1, name).bytes(2, new ProtobufWriter().bytes(1, tensorType));
}

function shapeMessage(shape: readonly OnnxDimension[]): ProtobufWriter {
  const dimensions = new ProtobufWriter();
  for (const length of shape) {
    const dimension = new ProtobufWriter();
    dimensions.bytes(1, typeof length === "number" ? dimension.int(1, length) : dimension.bytes(2, length));
  }
  return dimensions;
}

/** `TensorProto`. @throws {RangeError} when `values` do not fill `shape`. */
export function tensorMessage(name: string, tensor: OnnxTensor): ProtobufWriter {
  const size = tensor.shape.reduce((product, length) => product * length, 1);
  if (size !== tensor.values.length) {
    throw new RangeError(`Cannot lay ${tensor.values.length} values out as [${tensor.shape.join(", ")}]`);
  }
  const message = new ProtobufWriter();
  for (const length of tensor.shape) message.int(1, length);
  message.int(2, dataTypes[tensor.type]);
  if (tensor.type === "string") {
    for (const text of tensor.values) message.bytes(6, text);
    return message.bytes(8, name);
  }
  return message.bytes(8, name).bytes(9, rawData(tensor.type, tensor.values));
}

function rawData(type: "float" | "double" | "int64", values: ArrayLike<number>): Uint8Array {
  if (type === "float") return littleEndian(Float32Array.from(values));
  if (type === "double") return littleEndian(Float64Array.from(values));
  return littleEndian(BigInt64Array.from(Array.from(values, BigInt)));
}

function attributeMessage(name: string, attribute: OnnxAttribute): ProtobufWriter {
  const message = new ProtobufWriter().bytes(1, name);
  if ("float" in attribute) return message.float(2, attribute.float).int(20, 1);
  if ("int" in attribute) return message.int(3, attribute.int).int(20, 2);
  if ("string" in attribute) return message.bytes(4, attribute.string).int(20, 3);
  if ("tensor" in attribute) return message.bytes(5, tensorMessage("", attribute.tensor)).int(20, 4);
  if ("floats" in attribute) {
    return message.bytes(7, littleEndian(Float32Array.from(attribute.floats))).int(20, 6);
  }
  if ("ints" in attribute) return message.ints(8, attribute.ints).int(20, 7);
  for (const text of attribute.strings) message.bytes(9, text);
  return message.int(20, 8);
}
