import { opsets, textOpset } from "./graph.ts";
import type { OnnxAttribute, OnnxAttributes, OnnxTensor } from "./messages.ts";
import { ProtobufReader } from "./protobuf-reader.ts";

/** A graph as it was written: its nodes in an order in which they can run. */
export interface GraphDescription {
  readonly nodes: readonly NodeDescription[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly InputDescription[];
  readonly outputs: readonly string[];
}

export interface NodeDescription {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
}

export interface InputDescription {
  readonly name: string;
  readonly type: "float" | "string";
  /** The second of its two axes; the first is the rows. */
  readonly columns: number;
}

/**
 * Reads the graph of a model that mlt wrote.
 *
 * @throws {RangeError} when the bytes are no such model, or one of another program
 */
export function readGraph(onnx: Uint8Array): GraphDescription {
  const model = new ProtobufReader(onnx);
  if (model.text(2) !== "mlt") throw new RangeError("This is no graph that mlt wrote");
  requireOpsets(model);
  const graph = model.message(7);
  return {
    nodes: graph.messages(1).map(readNode),
    constants: new Map(graph.messages(5).map((tensor) => [tensor.text(8), readTensor(tensor)])),
    inputs: graph.messages(11).map(readInput),
    outputs: graph.messages(12).map((output) => output.text(1)),
  };
}

/** Of another version an operator may do another thing; where a set is missing, the bytes are cut off. */
function requireOpsets(model: ProtobufReader): void {
  const versions = new Map(model.messages(8).map((opset) => [opset.text(1), opset.int(2)]));
  for (const [domain, version] of Object.entries(opsets)) {
    const read = versions.get(domain);
    // What is known of the operators here, the newer set has in common with the older.
    if (read !== version && !(domain === "" && read === textOpset))
      throw new RangeError(`The operators "${domain}" are of another version`);
  }
}

function readNode(node: ProtobufReader): NodeDescription {
  return {
    op: node.text(4),
    inputs: node.texts(1),
    outputs: node.texts(2),
    attributes: Object.fromEntries(
      node.messages(5).map((attribute) => [attribute.text(1), readAttribute(attribute)]),
    ),
  };
}

/** The kinds that `OnnxAttribute` has, by their number in the field `type`. */
function readAttribute(attribute: ProtobufReader): OnnxAttribute {
  switch (attribute.int(20)) {
    case 1:
      return { float: attribute.numbers(2, "float")[0] ?? 0 };
    case 2:
      return { int: attribute.int(3) };
    case 3:
      return { string: attribute.text(4) };
    case 4:
      return { tensor: readTensor(attribute.message(5)) };
    case 6:
      return { floats: attribute.numbers(7, "float") };
    case 7:
      return { ints: attribute.ints(8) };
    case 8:
      return { strings: attribute.texts(9) };
    default:
      throw new RangeError(`The attribute "${attribute.text(1)}" is of another kind`);
  }
}

function readTensor(tensor: ProtobufReader): OnnxTensor {
  const read = readValues(tensor);
  const size = read.shape.reduce((product, length) => product * length, 1);
  if (read.values.length === size) return read;
  throw new RangeError(`The tensor "${tensor.text(8)}" has ${read.values.length} values, not ${size}`);
}

function readValues(tensor: ProtobufReader): OnnxTensor {
  const shape = tensor.ints(1);
  switch (tensor.int(2)) {
    case 1:
      return { type: "float", shape, values: tensor.numbers(9, "float") };
    case 7:
      return { type: "int64", shape, values: tensor.numbers(9, "int64") };
    case 8:
      return { type: "string", shape, values: tensor.texts(6) };
    case 11:
      return { type: "double", shape, values: tensor.numbers(9, "double") };
    default:
      throw new RangeError(`The tensor "${tensor.text(8)}" is of another type`);
  }
}

/** `ValueInfoProto`: its type, therein its tensor type, therein element type and shape. */
function readInput(input: ProtobufReader): InputDescription {
  const tensorType = input.message(2).message(1);
  const columns = tensorType.message(2).messages(1)[1];
  if (columns === undefined) throw new RangeError(`The input "${input.text(1)}" has not two axes`);
  return {
    name: input.text(1),
    type: tensorType.int(1) === 8 ? "string" : "float",
    columns: columns.int(1),
  };
}
