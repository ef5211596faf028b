import { ProtobufReader } from "./protobuf-reader.ts";
import { rewriteMessage } from "./rewrite-message.ts";

/** The operators with graphs among their attributes. Not to look elsewhere spares the million numbers of a forest. */
const withGraphs = new Set(["If", "Loop", "Scan", "SequenceMap"]);

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * A `GraphProto` with every tensor and node under another name, in the graphs within its nodes too.
 * A name means one tensor in all of them, so one function is enough.
 *
 * @param rename  is not asked for the empty name, which stands for an input that is left out
 * @throws {RangeError} when the bytes are no graph
 */
export function renameTensors(graph: Uint8Array, rename: (name: string) => string): Uint8Array {
  const renamed = (content: Uint8Array) => {
    const name = decoder.decode(content);
    return name === "" ? "" : rename(name);
  };
  const inGraph = (content: Uint8Array) => renameTensors(content, rename);
  const inAttribute = (content: Uint8Array) => rewriteMessage(content, { 6: inGraph, 11: inGraph });
  const inNode = (content: Uint8Array) =>
    rewriteMessage(content, {
      1: renamed,
      2: renamed,
      // The node's own name, which must be one of its kind as well.
      3: renamed,
      ...(withGraphs.has(new ProtobufReader(content).text(4)) ? { 5: inAttribute } : {}),
    });
  const inValue = (content: Uint8Array) => rewriteMessage(content, { 1: renamed });
  const inTensor = (content: Uint8Array) => rewriteMessage(content, { 8: renamed });
  return rewriteMessage(graph, {
    1: inNode,
    5: inTensor,
    11: inValue,
    12: inValue,
    13: inValue,
    // Quantization annotations: notes for tools that name tensors, and nothing runs by them.
    14: () => undefined,
    15: (content) => rewriteMessage(content, { 1: inTensor }),
  });
}
