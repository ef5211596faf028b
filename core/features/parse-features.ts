import { problemsError } from "../config/problem.ts";
import { inFileOrder, validated, yamlFile } from "../config/yaml-file.ts";
import { featureFaults } from "./feature-faults.ts";
import type { Feature, FeatureSpec } from "./feature-spec.ts";
import { type FeatureEntry, FeaturesSchema } from "./features-schema.ts";

/**
 * Reads features.yaml.
 *
 * @param fileName  how the file is called in errors
 * @throws {MltError} with every problem of the file, by line and column
 */
export function parseFeatures(text: string, fileName: string): FeatureSpec {
  const file = yamlFile({ name: fileName, text }, FeaturesSchema);
  const faults = featureFaults(file.data, (path) => file.position(path).line);
  const problems = inFileOrder([...file.problems, ...faults.map(file.problem)]);
  if (problems.length > 0) throw problemsError(problems, { hint });
  const { features, ...rest } = validated(FeaturesSchema, file.data);
  return { ...rest, features: features.map(feature) };
}

const hint = 'Give "task", "target" and, under "features", entries such as { name: height, type: number }.';

function feature(entry: string | FeatureEntry): Feature {
  const { type = "number", nullable = false, ...rest } = typeof entry === "string" ? { name: entry } : entry;
  return { ...rest, type, nullable };
}
