import { type TObject, type TSchema, Type } from "@sinclair/typebox";

const ParametersSchema = Type.Optional(
  Type.Object({}, { additionalProperties: true, description: "Those that are not known are passed over" }),
);
const ShapeSchema = Type.Array(Type.Integer({ minimum: 0 }), { description: "[N], [N, 1] or [N, columns]" });
const DataSchema = Type.Array(Type.Unknown(), {
  description: "In row-major order, flat or nested as the shape is; absent where the data are binary",
});

/** `GET /v2`. */
export const ServerSchema: TObject = Type.Object({
  name: Type.String(),
  version: Type.String(),
  extensions: Type.Array(Type.String()),
});

/** `GET /v2/health/live`. */
export const ServerLiveSchema: TObject = Type.Object({ live: Type.Boolean() });

/** `GET /v2/health/ready`. */
export const ServerReadySchema: TObject = Type.Object({ live: Type.Boolean(), ready: Type.Boolean() });

/** `GET /v2/models/{name}/ready`. */
export const ModelReadySchema: TObject = Type.Object({ name: Type.String(), ready: Type.Boolean() });

const TensorMetadataSchema = Type.Object({
  name: Type.String(),
  datatype: Type.String(),
  shape: Type.Array(Type.Integer(), { description: "-1 is the number of rows" }),
  parameters: Type.Optional(
    Type.Object({ classes: Type.Array(Type.String(), { description: "In the order of the columns" }) }),
  ),
});

/** `GET /v2/models/{name}`. */
export const ModelMetadataSchema: TObject = Type.Object({
  name: Type.String(),
  versions: Type.Array(Type.String()),
  platform: Type.String(),
  inputs: Type.Array(TensorMetadataSchema),
  outputs: Type.Array(TensorMetadataSchema),
});

/** The JSON that is POSTed to `/v2/models/{name}/infer`. */
export const InferenceRequestSchema: TObject = Type.Object({
  id: Type.Optional(Type.String({ description: "Comes back in the answer" })),
  parameters: ParametersSchema,
  inputs: Type.Array(
    Type.Object({
      name: Type.String(),
      datatype: Type.String(),
      shape: ShapeSchema,
      parameters: ParametersSchema,
      data: Type.Optional(DataSchema),
    }),
    { minItems: 1 },
  ),
  outputs: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), parameters: ParametersSchema }), {
      description: "Default: all that the model has",
    }),
  ),
});

/** The JSON of an answer to an inference request. */
export const InferenceAnswerSchema: TObject = Type.Object({
  model_name: Type.String(),
  model_version: Type.String(),
  id: Type.Optional(Type.String()),
  outputs: Type.Array(
    Type.Object({
      name: Type.String(),
      datatype: Type.String(),
      shape: ShapeSchema,
      parameters: ParametersSchema,
      data: Type.Optional(DataSchema),
    }),
  ),
});

/** A problem as everywhere, and the member of the protocol. */
export const InferenceProblemSchema: TSchema = Type.Unsafe({
  allOf: [
    { $ref: "#/components/schemas/Problem" },
    Type.Object({ error: Type.String({ description: "The same sentence as `detail`" }) }),
  ],
});
