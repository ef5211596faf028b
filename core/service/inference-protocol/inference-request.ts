import { type Datatype, isDatatype } from "./datatypes.ts";
import { badRequest, sentName } from "./inference-problem.ts";

type Json = Readonly<Record<string, unknown>>;

/** One tensor of a request, as described; its elements are not looked at yet. */
export interface RequestInput {
  readonly name: string;
  readonly datatype: Datatype;
  /** Each dimension is a safe integer of at least 0. */
  readonly shape: readonly number[];
  /** Elements in JSON, or how many bytes of the body's binary part hold them. */
  readonly content: { readonly data: readonly unknown[] } | { readonly binarySizeBytes: number };
}

/** One tensor that the answer should have. */
export interface RequestedOutput {
  readonly name: string;
  readonly binary: boolean;
}

/** The JSON of an inference request. */
export interface InferenceRequest {
  readonly id: string | undefined;
  readonly inputs: readonly RequestInput[];
  /** Empty: all that the model has. */
  readonly outputs: readonly RequestedOutput[];
  /** Whether outputs that are not listed come as binary data. */
  readonly binaryOutput: boolean;
}

/**
 * Reads the JSON of an inference request. Members and parameters that are not known are passed over, as the protocol has it.
 *
 * @throws {Problem} 400 when it is not as the protocol describes it
 */
export function inferenceRequest(json: unknown): InferenceRequest {
  const request = object(json, "The body");
  const { id, inputs, outputs = [] } = request;
  if (id !== undefined && typeof id !== "string") throw badRequest('"id" must be a string');
  if (!Array.isArray(inputs) || inputs.length === 0) throw badRequest('"inputs" must be an array of tensors');
  if (!Array.isArray(outputs)) throw badRequest('"outputs" must be an array');
  const binaryOutput = flag(parametersOf(request, "The body"), "binary_data_output", "The body") ?? false;
  const described: InferenceRequest = {
    id,
    inputs: inputs.map(requestInput),
    outputs: outputs.map((output: unknown, index) => requestedOutput(output, index, binaryOutput)),
    binaryOutput,
  };
  refuseTwice("Input", described.inputs);
  refuseTwice("Output", described.outputs);
  return described;
}

function requestInput(sent: unknown, index: number): RequestInput {
  const where = `Input ${index}`;
  const input = object(sent, where);
  const { name, datatype, shape, data } = input;
  if (typeof name !== "string") throw badRequest(`${where} must have a "name", which is a string`);
  if (!isDatatype(datatype)) {
    throw badRequest(`${where} must have a "datatype" such as FP32, INT64, BOOL or BYTES`);
  }
  if (!Array.isArray(shape) || !shape.every(isDimension)) {
    throw badRequest(`${where} must have a "shape", which is an array of integers of at least 0`);
  }
  return { name, datatype, shape, content: contentOf(data, parametersOf(input, where), where) };
}

function contentOf(data: unknown, parameters: Json, where: string): RequestInput["content"] {
  const size = parameters["binary_data_size"];
  if (size === undefined) {
    if (Array.isArray(data)) return { data };
    throw badRequest(`${where} must have its "data", which is an array, or the parameter "binary_data_size"`);
  }
  if (data !== undefined) throw badRequest(`${where} has both "data" and the parameter "binary_data_size"`);
  if (isDimension(size)) return { binarySizeBytes: size };
  throw badRequest(`"binary_data_size" of ${where.toLowerCase()} must be an integer of at least 0`);
}

function requestedOutput(sent: unknown, index: number, binaryOutput: boolean): RequestedOutput {
  const where = `Output ${index}`;
  const output = object(sent, where);
  const { name } = output;
  if (typeof name !== "string") throw badRequest(`${where} must have a "name", which is a string`);
  return { name, binary: flag(parametersOf(output, where), "binary_data", where) ?? binaryOutput };
}

function object(value: unknown, where: string): Json {
  if (isObject(value)) return value;
  throw badRequest(`${where} must be a JSON object`);
}

function parametersOf(owner: Json, where: string): Json {
  const { parameters = {} } = owner;
  if (isObject(parameters)) return parameters;
  throw badRequest(`The parameters of ${where.toLowerCase()} must be a JSON object`);
}

function flag(parameters: Json, name: string, where: string): boolean | undefined {
  const value = parameters[name];
  if (value === undefined || typeof value === "boolean") return value;
  throw badRequest(`"${name}" of ${where.toLowerCase()} must be true or false`);
}

function refuseTwice(kind: string, named: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) throw badRequest(`${kind} ${sentName(name)} is there twice`);
    seen.add(name);
  }
}

function isDimension(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
