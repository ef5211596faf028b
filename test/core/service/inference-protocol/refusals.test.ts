import { expect, test } from "bun:test";
import { doublingPredictor } from "../../../support/fixed-softmax-predictor.ts";
import { binaryRequest, bytesOf, listeningPredictor, mixedFeatures } from "../../../support/inference.ts";
import { type TestService, testLimits, testService } from "../../../support/test-service.ts";

const double = "/v2/models/doubling/infer";
const mixed = "/v2/models/mixed/infer";

function doubling(): TestService {
  return testService({ predictor: doublingPredictor() });
}

/** A good input of the doubling model, changed. */
function x(change: object = {}) {
  return { name: "x", shape: [2], datatype: "FP32", data: [1, 2], ...change };
}

async function refused(response: Response, status: number, sentence: string) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = JSON.parse(await response.text());
  expect({ status: response.status, error: problem.error }).toEqual({ status, error: sentence });
  expect(problem).toMatchObject({ status, detail: sentence, request_id: "id-1" });
  return problem;
}

const shapeSentence = 'Input 0 must have a "shape", which is an array of integers of at least 0';
const typeSentence = 'Input 0 must have a "datatype" such as FP32, INT64, BOOL or BYTES';

const bodies: readonly [string, unknown, string][] = [
  ["is empty", "", 'The body is empty; send a JSON object with "inputs"'],
  ["is cut off", '{"inputs":[', "The body is not valid JSON"],
  ["has NaN", '{"inputs":[{"data":[NaN]}]}', "The body is not valid JSON"],
  ["is an array", [], "The body must be a JSON object"],
  ["is null", "null", "The body must be a JSON object"],
  ["has no inputs", {}, '"inputs" must be an array of tensors'],
  ["has an empty list of inputs", { inputs: [] }, '"inputs" must be an array of tensors'],
  ["has an id that is a number", { id: 42, inputs: [x()] }, '"id" must be a string'],
  ["has an input that is none", { inputs: [null] }, "Input 0 must be a JSON object"],
  [
    "has an input without a name",
    { inputs: [x({ name: 5 })] },
    'Input 0 must have a "name", which is a string',
  ],
  ["has an unknown datatype", { inputs: [x({ datatype: "float32" })] }, typeSentence],
  ["has a datatype of Object's", { inputs: [x({ datatype: "constructor" })] }, typeSentence],
  ["has no shape", { inputs: [x({ shape: undefined })] }, shapeSentence],
  ["has a negative dimension", { inputs: [x({ shape: [-1] })] }, shapeSentence],
  ["has half a dimension", { inputs: [x({ shape: [0.5] })] }, shapeSentence],
  ["has a dimension beyond 2^53", { inputs: [x({ shape: [2 ** 60] })] }, shapeSentence],
  ["has a dimension that is text", { inputs: [x({ shape: ["2"] })] }, shapeSentence],
  [
    "has no dimension",
    { inputs: [x({ shape: [] })] },
    'Input "x" has the shape []; send [N] or [N, 1] for N rows',
  ],
  [
    "has three dimensions",
    { inputs: [x({ shape: [2, 1, 1] })] },
    'Input "x" has the shape [2,1,1]; send [N] or [N, 1] for N rows',
  ],
  [
    "has a hundred dimensions",
    { inputs: [x({ shape: Array(100).fill(1) })] },
    'Input "x" has 100 dimensions; send [N] or [N, 1] for N rows',
  ],
  [
    "has two columns of one feature",
    { inputs: [x({ shape: [1, 2] })] },
    'Input "x" has the shape [1,2]; send [N] or [N, 1] for N rows',
  ],
  ["has no rows", { inputs: [x({ shape: [0], data: [] })] }, "The inputs have no rows; send 1 to 3"],
  [
    "has fewer elements than its shape",
    { inputs: [x({ data: [1] })] },
    'Input "x" has 1 elements in its data; its shape [2] says 2',
  ],
  [
    "has more elements than its shape",
    { inputs: [x({ data: [1, 2, 3] })] },
    'Input "x" has 3 elements in its data; its shape [2] says 2',
  ],
  [
    "has nested data of another shape",
    { inputs: [x({ shape: [2, 1], data: [[1, 2], []] })] },
    'The data of input "x" are not 2 rows of 1',
  ],
  [
    "has data that are no array",
    { inputs: [x({ data: 5 })] },
    'Input 0 must have its "data", which is an array, or the parameter "binary_data_size"',
  ],
  [
    "keeps its data in shared memory",
    {
      inputs: [x({ data: undefined, parameters: { shared_memory_region: "r", shared_memory_byte_size: 8 } })],
    },
    'Input 0 must have its "data", which is an array, or the parameter "binary_data_size"',
  ],
  [
    "has data twice",
    { inputs: [x({ parameters: { binary_data_size: 8 } })] },
    'Input 0 has both "data" and the parameter "binary_data_size"',
  ],
  [
    "says binary and has none",
    { inputs: [x({ data: undefined, parameters: { binary_data_size: 8 } })] },
    'The body ends before the 8 bytes of input "x"',
  ],
  [
    "has a negative binary size",
    { inputs: [x({ data: undefined, parameters: { binary_data_size: -8 } })] },
    '"binary_data_size" of input 0 must be an integer of at least 0',
  ],
  ["has an input twice", { inputs: [x(), x()] }, 'Input "x" is there twice'],
  [
    "has text for a number",
    { inputs: [x({ datatype: "BYTES", data: ["1", "2"] })] },
    'Input "x" has the datatype BYTES; send FP32, FP64 or an integer type',
  ],
  [
    "has BOOL for a number",
    { inputs: [x({ datatype: "BOOL", data: [true, false] })] },
    'Input "x" has the datatype BOOL; send FP32, FP64 or an integer type',
  ],
  [
    "has parameters that are none",
    { parameters: 5, inputs: [x()] },
    "The parameters of the body must be a JSON object",
  ],
  [
    "has a flag that is text",
    { parameters: { binary_data_output: "yes" }, inputs: [x()] },
    '"binary_data_output" of the body must be true or false',
  ],
  ["has outputs that are none", { inputs: [x()], outputs: {} }, '"outputs" must be an array'],
  [
    "asks for an output twice",
    { inputs: [x()], outputs: [{ name: "prediction" }, { name: "prediction" }] },
    'Output "prediction" is there twice',
  ],
  [
    "asks for another model's output",
    { inputs: [x()], outputs: [{ name: "label" }] },
    `Output "label" is none of the model's; it has prediction`,
  ],
];
test.each(bodies)("POST infer refuses a body that %s", async (_, body, sentence) => {
  await refused(await doubling().post(double, body), 400, sentence);
});

test.each([
  [null, "null"],
  ["2", "type"],
  [true, "type"],
  [[2], "type"],
])("POST infer refuses %p for a number", async (value, code) => {
  const problem = await refused(
    await doubling().post(double, { inputs: [x({ data: [1, value] })] }),
    400,
    'Expected "x" of row 1 to be a number',
  );
  expect(problem.errors).toEqual([{ row: 1, field: "x", code, expected: "a number" }]);
});

test.each([
  ["INT32", 1.5],
  ["INT8", 128],
  ["INT8", -129],
  ["UINT8", -1],
  ["INT64", 2 ** 64],
  ["UINT64", 2 ** 65],
])("POST infer refuses data of %s that hold %p", async (datatype, value) => {
  await refused(
    await doubling().post(double, { inputs: [x({ datatype, data: [1, value] })] }),
    400,
    `Expected "x" of row 1 to be a number that ${datatype} can hold`,
  );
});

test.each([
  ["FP64", 1e39],
  ["FP32", 1e39],
])("POST infer refuses %s %p, which float32 cannot hold", async (datatype, value) => {
  await refused(
    await doubling().post(double, { inputs: [x({ datatype, data: [1, value] })] }),
    400,
    'Expected "x" of row 1 to be a number that float32 can hold',
  );
});

test.each([
  [Number.NaN, "null", "a number"],
  [Number.POSITIVE_INFINITY, "range", "a number that float32 can hold"],
])("POST infer refuses a binary %p where nothing may be missing", async (value, code, expected) => {
  const request = { inputs: [x({ shape: [1], data: undefined, parameters: { binary_data_size: 4 } })] };
  const bytes = bytesOf(4, (view) => view.setFloat32(0, value, true));
  const problem = await refused(
    await doubling().get(double, binaryRequest(request, bytes)),
    400,
    `Expected "x" of row 0 to be ${expected}`,
  );
  expect(problem.errors).toEqual([{ row: 0, field: "x", code, expected }]);
});

test("POST infer refuses every value that /api/predictions refuses, in the same words", async () => {
  const { predictor } = listeningPredictor(mixedFeatures);
  const service = testService({ predictor });
  const datatypes = { size: "FP64", count: "INT64", sold: "BOOL", colour: "BYTES", note: "BYTES" };
  const good = { size: 1, count: 1, sold: true, colour: "red", note: "a" };
  const bad: readonly object[] = [
    ...[0.6999, 30.001, "1", true, {}].map((size) => ({ size })),
    ...[1.5, "1", null, false].map((count) => ({ count })),
    ...["true", 2, {}].map((sold) => ({ sold })),
    ...["blue", 5, true].map((colour) => ({ colour })),
    ...["", 5, null].map((note) => ({ note })),
  ];
  for (const change of bad) {
    const row = new Map<string, unknown>(Object.entries({ ...good, ...change }));
    const inputs = Object.entries(datatypes).map(([name, datatype]) => {
      return { name, datatype, shape: [1], data: [row.get(name)] };
    });
    const theirs = await service.post("/api/predictions", [Object.fromEntries(row)]);
    const ours = await service.post(mixed, { inputs });
    expect([theirs.status, ours.status]).toEqual([422, 400]);
    const { errors } = JSON.parse(await theirs.text());
    expect({ change, errors: JSON.parse(await ours.text()).errors }).toEqual({ change, errors });
  }
});

test("POST infer names what is missing and what is unknown, and counts the rest", async () => {
  const { predictor } = listeningPredictor(mixedFeatures);
  const inputs = [
    { name: "weight", shape: [1], datatype: "FP32", data: [1] },
    { name: "count", shape: [1], datatype: "INT64", data: [1] },
  ];
  const problem = await refused(
    await testService({ predictor }).post(mixed, { inputs }),
    400,
    'Input "weight" is not one of the 5 features; 1 more problem is in errors',
  );
  expect(problem.errors).toEqual([
    { row: null, field: "weight", code: "unknown", expected: "one of the 5 features" },
    { row: null, field: "note", code: "missing", expected: "a string that is not empty" },
  ]);
});

test("POST infer refuses one input for all features where a feature is text", async () => {
  const { predictor } = listeningPredictor(mixedFeatures.slice(1, 4));
  const inputs = [{ name: "input-0", shape: [1, 3], datatype: "FP32", data: [1, 1, 1] }];
  await refused(
    await testService({ predictor }).post(mixed, { inputs }),
    400,
    'Input "input-0" is not one of the 3 features; 1 more problem is in errors',
  );
});

test("POST infer refuses inputs of different lengths", async () => {
  const { predictor } = listeningPredictor(mixedFeatures);
  const inputs = [
    { name: "note", shape: [2], datatype: "BYTES", data: ["a", "b"] },
    { name: "count", shape: [1], datatype: "INT64", data: [1] },
  ];
  await refused(
    await testService({ predictor }).post(mixed, { inputs }),
    400,
    'Input "count" has 1 rows, and the first input has 2',
  );
});

test("POST infer lists the first hundred errors, and echoes no value", async () => {
  const { predictor } = listeningPredictor([{ name: "x", type: "number", nullable: false }]);
  const service = testService({ predictor, limits: { ...testLimits, maxRows: 1000, maxBodyBytes: 100_000 } });
  const inputs = [x({ shape: [200], data: Array(200).fill("s3cret") })];
  const response = await service.post(mixed, { inputs });
  const text = await response.text();
  expect(text).not.toContain("s3cret");
  expect(JSON.parse(text).errors.length).toBe(100);
  expect(JSON.parse(text).error).toBe(
    'Expected "x" of row 0 to be a number; at least 99 more problems are in errors',
  );
});

test.each([
  ["4 rows", [4], 4],
  ["more rows than memory has bytes", [2 ** 50], 2 ** 50],
])("POST infer refuses %s before it looks for them", async (_, shape, count) => {
  await refused(
    await doubling().post(double, { inputs: [x({ shape })] }),
    413,
    `The body has ${count} rows; send at most 3 in a request`,
  );
});

test("POST infer refuses a body over the limit", async () => {
  await refused(
    await doubling().post(double, `{"inputs":[]}${" ".repeat(1000)}`),
    413,
    "The body is longer than 1000 bytes; send the rows in several requests",
  );
});

test.each(["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"])(
  "POST infer refuses the Content-Type %s",
  async (type) => {
    await refused(
      await doubling().post(double, { inputs: [x()] }, { "content-type": type }),
      415,
      'Send the body with the header "Content-Type: application/json", or with "application/octet-stream"',
    );
  },
);

test.each(["gzip", "deflate"])("POST infer refuses a body in %s", async (encoding) => {
  await refused(
    await doubling().post(double, { inputs: [x()] }, { "content-encoding": encoding }),
    415,
    "Send the body without a Content-Encoding",
  );
});

const json = JSON.stringify({ inputs: [x()] });
test.each(["0", "-1", "1.5", "x", "", "1e2", "99999999999999999999", String(json.length + 1)])(
  "POST infer refuses an Inference-Header-Content-Length of %p",
  async (length) => {
    await refused(
      await doubling().post(double, json, { "inference-header-content-length": length }),
      400,
      `Inference-Header-Content-Length must be the length of the JSON in bytes, from 1 to the ${json.length} of the body`,
    );
  },
);

test("POST infer refuses a JSON length that cuts the JSON off, or leaves bytes over", async () => {
  const cut = { "inference-header-content-length": String(json.length - 1) };
  await refused(await doubling().post(double, json, cut), 400, "The body is not valid JSON");
  await refused(
    await doubling().get(double, binaryRequest(json, [1, 2, 3])),
    400,
    "The body has 3 bytes after its JSON that belong to no input",
  );
});

const binaries: readonly [string, object, readonly number[], string][] = [
  [
    "too few bytes for its shape",
    { shape: [2], parameters: { binary_data_size: 4 } },
    [0, 0, 0, 0],
    'Input "x" has 4 bytes; FP32 of shape [2] takes 8',
  ],
  [
    "too many bytes for its shape",
    { shape: [1], parameters: { binary_data_size: 5 } },
    [0, 0, 0, 0, 0],
    'Input "x" has 5 bytes; FP32 of shape [1] takes 4',
  ],
  [
    "fewer bytes than it says",
    { shape: [1], parameters: { binary_data_size: 4 } },
    [0, 0, 0],
    'The body ends before the 4 bytes of input "x"',
  ],
  [
    "more bytes than memory has, by its own word",
    { shape: [1], parameters: { binary_data_size: 2 ** 52 } },
    [0, 0, 0],
    `The body ends before the ${2 ** 52} bytes of input "x"`,
  ],
];
test.each(binaries)("POST infer refuses a binary input with %s", async (_, change, bytes, sentence) => {
  const request = { inputs: [x({ data: undefined, ...change })] };
  await refused(await doubling().get(double, binaryRequest(request, bytes)), 400, sentence);
});

const texts: readonly [string, readonly number[], string][] = [
  [
    "a length beyond the end",
    [1, 0, 0, 0, 97, 2, 0, 0, 0, 97],
    'Element 1 of input "note" is longer than its bytes',
  ],
  [
    "a length of 2^32 - 1",
    [255, 255, 255, 255, 97, 0, 0, 0],
    'Element 0 of input "note" is longer than its bytes',
  ],
  ["half a length", [2, 0, 0, 0, 97, 97, 1, 0], 'Element 1 of input "note" is longer than its bytes'],
  ["too few bytes", [0, 0, 0, 0, 0, 0], 'The 6 bytes of input "note" are too few for 2 elements of BYTES'],
  ["an element too many", Array(12).fill(0), 'The bytes of input "note" go on for 4 after its 2 elements'],
  ["bytes that are not UTF-8", [1, 0, 0, 0, 97, 1, 0, 0, 0, 255], 'Element 1 of input "note" is not UTF-8'],
];
test.each(texts)("POST infer refuses binary BYTES with %s", async (_, bytes, sentence) => {
  const { predictor } = listeningPredictor([{ name: "note", type: "string", nullable: false }]);
  const input = {
    name: "note",
    shape: [2],
    datatype: "BYTES",
    parameters: { binary_data_size: bytes.length },
  };
  const response = await testService({ predictor }).get(mixed, binaryRequest({ inputs: [input] }, bytes));
  await refused(response, 400, sentence);
});

test("POST infer refuses a binary BOOL that is neither 0 nor 1", async () => {
  const { predictor } = listeningPredictor([{ name: "sold", type: "boolean", nullable: false }]);
  const input = { name: "sold", shape: [2], datatype: "BOOL", parameters: { binary_data_size: 2 } };
  const response = await testService({ predictor }).get(mixed, binaryRequest({ inputs: [input] }, [1, 2]));
  await refused(response, 400, 'Expected "sold" of row 1 to be true or false');
});

test("POST infer answers a body full of unknown inputs with a hundred of them", async () => {
  const service = testService({
    predictor: doublingPredictor(),
    limits: { ...testLimits, maxRows: 10, maxBodyBytes: 10_000_000 },
  });
  const inputs = Array.from({ length: 100_000 }, (_, index) => x({ name: `n${index}` }));
  const problem = JSON.parse(await (await service.post(double, { inputs })).text());
  expect(problem.error).toBe(
    'Input "n0" is not one of the 1 features; at least 99 more problems are in errors',
  );
  expect(problem.errors.length).toBe(100);
});

test("POST infer survives data that are nested as deep as they are long", async () => {
  const service = testService({
    predictor: doublingPredictor(),
    limits: { ...testLimits, maxRows: 10, maxBodyBytes: 4_000_000 },
  });
  const depth = 1_000_000;
  const data = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const body = `{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":${data}}]}`;
  expect((await service.post(double, body)).status).toBe(400);
});

test("values that no category has are counted, whichever way they came", async () => {
  const colour = { name: "colour", type: "category", nullable: false, values: ["red"] } as const;
  const { predictor } = listeningPredictor([colour]);
  const service = testService({ predictor });
  const data = ["blue", "red", "green"];
  const inputs = [{ name: "colour", shape: [3], datatype: "BYTES", data }];
  expect((await service.post("/v2/models/mixed/infer", { inputs })).status).toBe(400);
  expect((await service.post("/api/predictions", [{ colour: "blue" }])).status).toBe(422);
  const metrics = await (await service.get("/metrics")).text();
  expect(metrics).toContain('mlt_unseen_category_total{feature="colour"} 3\n');
});
