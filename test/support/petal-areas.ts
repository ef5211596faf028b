import { newProject, type TestProject } from "./project.ts";

const train = "source/model/train.ts";

/** A project whose processX adds a column of its own: how far a petal's area lies from the mean of the training rows. */
export async function petalAreas(): Promise<TestProject> {
  const project = await newProject();
  project.edit(
    train,
    'from "mlt";',
    'from "mlt";\nimport pl from "nodejs-polars";\nimport { areaOf } from "./area.ts";',
  );
  project.edit(
    train,
    "private readonly scaler = new StandardScaler();",
    "private readonly scaler = new StandardScaler();\n  private mean = 0;",
  );
  project.edit(
    train,
    "this.scaler.fit(X);",
    "this.mean = areaOf(X).mean();\n    this.scaler.fit(this.withArea(X));",
  );
  project.edit(
    train,
    "return this.scaler.transform(X);",
    "return this.scaler.transform(this.withArea(X));\n  }\n\n  private withArea(X: DataFrame): DataFrame {\n" +
      '    return X.withColumn(areaOf(X).sub(this.mean).alias("petal_area"));',
  );
  await project.write({
    "source/model/area.ts":
      'import type { DataFrame, Series } from "nodejs-polars";\n\n' +
      'const names = ["petal_length", "petal_width"] as const;\n\n' +
      "export function areaOf(X: DataFrame): Series {\n" +
      "  const [length, width] = names.map((name) => X.getColumn(name));\n" +
      "  return length.mul(width);\n}\n",
  });
  return project;
}
