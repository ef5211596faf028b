import { type Static, Type } from "@sinclair/typebox";
import { featureTypes } from "./feature-spec.ts";

const closed = { additionalProperties: false };

function name(description: string) {
  return Type.String({
    description,
    // A row is an object by name, and its __proto__ would be no column.
    pattern: "^(?!__proto__$)[^\\u0000-\\u001f\\u007f-\\u009f]+$",
    expected: 'a name that is not empty, has no control character and is not "__proto__"',
  });
}

/** One entry of the list of features, spelled out. */
export const FeatureEntry = Type.Object(
  {
    name: name("Column of the data, and field of a request"),
    type: Type.Optional(
      Type.Union(
        featureTypes.map((type) => Type.Literal(type)),
        { description: "What the values are", default: "number" },
      ),
    ),
    nullable: Type.Optional(Type.Boolean({ description: "Whether a value may be missing", default: false })),
    min: Type.Optional(Type.Number({ description: "Least value of a `number` or `integer`" })),
    max: Type.Optional(Type.Number({ description: "Greatest value of a `number` or `integer`" })),
    values: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: "The choices of a `category`, which must have them",
        minItems: 1,
      }),
    ),
    description: Type.Optional(Type.String({ description: "What the values mean; their unit" })),
  },
  closed,
);
export type FeatureEntry = Static<typeof FeatureEntry>;

/** Everything that features.yaml may say. */
export const FeaturesSchema = Type.Object(
  {
    task: Type.Union([Type.Literal("classification"), Type.Literal("regression")], {
      description: "Whether the model predicts a class or a number",
    }),
    target: name("Column of the data that the model predicts"),
    id: Type.Optional(name("Extra request field that names the row and is never given to the model")),
    features: Type.Array(
      Type.Union([name("A required number"), FeatureEntry], {
        expected: "a name, or a map such as { name: height, type: number }",
      }),
      {
        description: "What the model reads, in order; a bare name is a required number",
        minItems: 1,
      },
    ),
  },
  closed,
);
