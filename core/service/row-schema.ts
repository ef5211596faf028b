import { type TSchema, Type } from "@sinclair/typebox";
import type { Feature } from "../features/feature-spec.ts";
import { largestFloat32 } from "../features/scanned-column.ts";
import type { ModelCard } from "../model/model-card.ts";

/** The JSON Schema (as OpenAPI 3.0 has it) of one row of a request: what `rowPacker` accepts. */
export function rowSchema({ features, id_name }: Pick<ModelCard, "features" | "id_name">): TSchema {
  const properties = features.map((feature) => {
    const schema = featureSchema(feature);
    return [feature.name, feature.nullable ? Type.Optional(schema) : schema] as const;
  });
  const id = idSchema("Names the row; the model does not see it");
  return Type.Object(
    Object.fromEntries(id_name === undefined ? properties : [[id_name, Type.Optional(id)], ...properties]),
    { additionalProperties: false },
  );
}

/** What `refuseId` takes. */
export function idSchema(description: string): TSchema {
  const most = Number.MAX_SAFE_INTEGER;
  return Type.Unsafe({
    oneOf: [Type.String(), Type.Number({ minimum: -most, maximum: most })],
    description,
  });
}

/** OpenAPI 3.0 says `nullable`, where JSON Schema would name the type `null`. */
function featureSchema(feature: Feature): TSchema {
  const options = {
    ...(feature.description === undefined ? {} : { description: feature.description }),
    ...(feature.nullable ? { nullable: true } : {}),
  };
  switch (feature.type) {
    case "number":
      return Type.Number({ ...options, ...bounds(feature) });
    case "integer":
      return Type.Integer({ ...options, ...bounds(feature) });
    case "boolean":
      return Type.Boolean(options);
    case "category": {
      const choices: readonly (string | null)[] = feature.values ?? [];
      return Type.Unsafe({
        ...options,
        type: "string",
        enum: feature.nullable ? [...choices, null] : choices,
      });
    }
    case "string":
      return Type.String({
        ...options,
        pattern: "^[^\\u0000]*$",
        ...(feature.nullable ? {} : { minLength: 1 }),
      });
  }
}

function bounds({ min = -largestFloat32, max = largestFloat32 }: Feature) {
  return { minimum: Math.max(min, -largestFloat32), maximum: Math.min(max, largestFloat32) };
}
