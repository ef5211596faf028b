import { ProtobufReader } from "./protobuf-reader.ts";

/** What a model of any program says of itself: what it takes, what it gives, and what it was written by. */
export interface GraphSignature {
  /** Who wrote it, such as `skl2onnx`; empty where it does not say. */
  readonly producer: string;
  /** Versions of the operator sets by domain, ONNX's own under "". */
  readonly opsets: ReadonlyMap<string, number>;
  /** Without those that the graph has a value for. */
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Whether weights lie in files of their own. */
  readonly hasExternalData: boolean;
}

/** An input or output of a graph. */
export interface GraphValue {
  readonly name: string;
  /** `sequence` and `map` are what a classifier of scikit-learn gives where nobody turned it off. */
  readonly kind: "tensor" | "sequence" | "map" | "other";
  /** The number of the tensor's element type in ONNX, such as 1 for float. */
  readonly elementType: number;
  /** Length of each axis, none where it is known only when the graph runs; absent where not even their number is known. */
  readonly shape: readonly (number | undefined)[] | undefined;
}

/** The names that ONNX gives its element types, by number; without those that no model for tables has. */
export const elementTypes: ReadonlyMap<number, string> = new Map([
  [1, "float"],
  [2, "uint8"],
  [3, "int8"],
  [4, "uint16"],
  [5, "int16"],
  [6, "int32"],
  [7, "int64"],
  [8, "string"],
  [9, "bool"],
  [10, "float16"],
  [11, "double"],
  [12, "uint32"],
  [13, "uint64"],
]);

/** @throws {RangeError} when the bytes are no ONNX model */
export function readSignature(onnx: Uint8Array): GraphSignature {
  const model = new ProtobufReader(onnx);
  if (model.int(1) < 1 || !model.has(7)) throw new RangeError("This is no ONNX model");
  const graph = model.message(7);
  const initializers = graph.messages(5);
  const known = new Set(initializers.map((tensor) => tensor.text(8)));
  const outputs = graph.messages(12).map(readValue);
  if (outputs.length === 0) throw new RangeError("The graph has no output");
  return {
    producer: model.text(2),
    opsets: new Map(model.messages(8).map((set) => [domainOf(set.text(1)), set.int(2)])),
    inputs: graph
      .messages(11)
      .map(readValue)
      .filter(({ name }) => !known.has(name)),
    outputs,
    metadata: new Map(model.messages(14).map((entry) => [entry.text(1), entry.text(2)])),
    hasExternalData: initializers.some((tensor) => tensor.int(14) === 1),
  };
}

/** `ai.onnx` is another name of ONNX's own. */
function domainOf(name: string): string {
  return name === "ai.onnx" ? "" : name;
}

/** `ValueInfoProto`: a name and a `TypeProto`. */
function readValue(value: ProtobufReader): GraphValue {
  const type = value.message(2);
  const tensor = type.message(1);
  const shape = tensor.has(2) ? tensor.message(2).messages(1).map(lengthOf) : undefined;
  return { name: value.text(1), kind: kindOf(type), elementType: tensor.int(1), shape };
}

function kindOf(type: ProtobufReader): GraphValue["kind"] {
  if (type.has(1)) return "tensor";
  if (type.has(4)) return "sequence";
  return type.has(5) ? "map" : "other";
}

/** Some programs write 0 or -1 for a length that is not known yet. */
function lengthOf(dimension: ProtobufReader): number | undefined {
  const length = dimension.int(1);
  return length > 0 ? length : undefined;
}
