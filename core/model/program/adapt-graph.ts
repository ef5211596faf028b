import type { FeatureSpec } from "../../features/feature-spec.ts";
import { isText } from "../../features/feature-spec.ts";
import { opsets } from "../../onnx/graph.ts";
import type { GraphSignature, GraphValue } from "../../onnx/graph-signature.ts";
import { nodeMessage, type OnnxAttributes, type OnnxTensor, valueMessage } from "../../onnx/messages.ts";
import { ProtobufWriter } from "../../onnx/protobuf.ts";
import { ProtobufReader } from "../../onnx/protobuf-reader.ts";
import { renameTensors } from "../../onnx/rename-tensors.ts";
import { joined, rewriteMessage } from "../../onnx/rewrite-message.ts";
import { outputNames } from "../export-graph.ts";
import type { InputPlan } from "./plan-inputs.ts";
import type { OutputPlan } from "./plan-outputs.ts";

export interface AdaptOptions {
  readonly spec: FeatureSpec;
  /** Of the model. */
  readonly name: string;
  readonly signature: GraphSignature;
  readonly inputs: InputPlan;
  readonly outputs: OutputPlan;
  /** In the order of the probabilities; empty for regression. */
  readonly classes: readonly string[];
  /** Whether the label that the model gives itself is an output too: to compare, and not to serve. */
  readonly withOwnLabel: boolean;
}

/** The output of `withOwnLabel`, as text. */
export const ownLabelOutput = "own_label";

const elementType = { float: 1, int64: 7, string: 8 } as const;

/**
 * The model of another program as one that mlt serves: an input for each feature, and label and probabilities (or a
 * prediction) as outputs. Its operators stay as they are. All its tensors get other names, so that none clashes.
 */
export function adaptGraph(onnx: Uint8Array, options: AdaptOptions): Uint8Array {
  const { spec, signature } = options;
  const prefix = freePrefix(spec);
  const inner = (tensor: string) => `${prefix}${tensor}`;
  const fed = new Set(signature.inputs.map(({ name }) => inner(name)));
  const adapted = rewriteMessage(onnx, {
    7: (graph) => {
      const within = rewriteMessage(renameTensors(graph, inner), {
        // Its own may be of chance, and differ with every training.
        2: () => options.name,
        11: (input) => (fed.has(new ProtobufReader(input).text(1)) ? undefined : input),
        12: () => undefined,
      });
      return joined([inputSide(options, inner), within, outputSide(options, inner)]);
    },
  });
  if (signature.opsets.has("")) return adapted;
  const set = new ProtobufWriter().bytes(1, "").int(2, opsets[""]);
  return joined([adapted, new ProtobufWriter().bytes(8, set).finish()]);
}

/** What no feature's name begins with. */
function freePrefix({ features }: FeatureSpec): string {
  let prefix = "model:";
  while (features.some(({ name }) => name.startsWith(prefix))) prefix = `_${prefix}`;
  return prefix;
}

type Rename = (tensor: string) => string;

/** The part of the graph before the model: fields of `GraphProto`. */
function inputSide({ spec, inputs }: AdaptOptions, inner: Rename): Uint8Array {
  const part = new GraphPart(inner("before/"));
  for (const feature of spec.features) {
    part.declare(11, feature.name, isText(feature) ? "string" : "float", ["N", 1]);
  }
  if (inputs.kind === "matrix") {
    const names = spec.features.map(({ name }) => name);
    const all = part.node("Concat", names, { axis: { int: 1 } });
    part.as(all, inputs.input.elementType, inner(inputs.input.name));
    return part.finish();
  }
  for (const { name, shape, elementType: type } of inputs.inputs) {
    const column = shape?.length === 1 ? part.reshape(name, [-1]) : name;
    part.as(column, type, inner(name));
  }
  return part.finish();
}

/** The part of the graph behind the model. */
function outputSide(options: AdaptOptions, inner: Rename): Uint8Array {
  const { spec, outputs, classes, withOwnLabel } = options;
  const part = new GraphPart(inner("after/"));
  const { label, probabilities, prediction } = outputNames;
  const scores = part.cast(inner(outputs.scores.name), elementType.float);
  if (spec.task === "regression") {
    part.reshape(scores, [-1, 1], prediction);
    part.declare(12, prediction, "float", ["N", 1]);
    return part.finish();
  }
  part.node("Identity", [scores], {}, probabilities);
  const best = part.node("ArgMax", [probabilities], { axis: { int: 1 }, keepdims: { int: 0 } });
  const names = part.constant({ type: "string", shape: [classes.length], values: classes });
  part.node("Gather", [names, best], {}, label);
  part.declare(12, label, "string", ["N"]);
  part.declare(12, probabilities, "float", ["N", classes.length]);
  if (withOwnLabel && outputs.label !== undefined) addOwnLabel(part, outputs.label, inner);
  return part.finish();
}

function addOwnLabel(part: GraphPart, { name, elementType: type }: GraphValue, inner: Rename): void {
  const whole = type === elementType.string ? inner(name) : part.cast(inner(name), elementType.int64);
  part.reshape(
    type === elementType.string ? whole : part.cast(whole, elementType.string),
    [-1],
    ownLabelOutput,
  );
  part.declare(12, ownLabelOutput, "string", ["N"]);
}

/** Nodes and declarations, as fields of `GraphProto`: such parts one behind the other are a graph. */
class GraphPart {
  readonly #prefix: string;
  readonly #fields = new ProtobufWriter();
  #count = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** @returns the node's output, of a new name unless one is given */
  node(op: string, inputs: readonly string[], attributes: OnnxAttributes, name?: string): string {
    this.#count += 1;
    const output = name ?? `${this.#prefix}${op.toLowerCase()}_${this.#count}`;
    this.#fields.bytes(1, nodeMessage({ op, inputs, outputs: [output], attributes, domain: "" }));
    return output;
  }

  /** A feature as the model wants it: text stays text. */
  as(value: string, type: number, name: string): string {
    return type === elementType.string
      ? this.node("Identity", [value], {}, name)
      : this.cast(value, type, name);
  }

  cast(value: string, type: number, name?: string): string {
    return this.node("Cast", [value], { to: { int: type } }, name);
  }

  reshape(value: string, shape: readonly number[], name?: string): string {
    const lengths = this.constant({ type: "int64", shape: [shape.length], values: shape });
    return this.node("Reshape", [value, lengths], {}, name);
  }

  /** By a node, since what counts as an initializer depends on the version of the file. */
  constant(tensor: OnnxTensor): string {
    return this.node("Constant", [], { value: { tensor } });
  }

  /** Declares an input (field 11) or an output (12). */
  declare(field: 11 | 12, name: string, type: "float" | "string", shape: readonly ("N" | number)[]): void {
    this.#fields.bytes(field, valueMessage(name, type, shape));
  }

  finish(): Uint8Array {
    return this.#fields.finish();
  }
}
