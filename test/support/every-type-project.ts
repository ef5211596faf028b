import { newProject, succeeded, type TestProject } from "./project.ts";

/** A trained project with a feature of every type: whether a thing is cheap or dear. */
export async function everyTypeProject(): Promise<TestProject> {
  const project = await newProject();
  await project.write({
    "source/model/features.yaml": `task: classification
target: price
id: order
features:
  - { name: size, type: number, min: 0, max: 100, description: cm }
  - { name: count, type: integer, nullable: true }
  - { name: sold, type: boolean }
  - { name: colour, type: category, values: [red, green], nullable: true }
  - { name: month, type: category, values: [Jan, Feb, Mar, Apr, May] }
  - { name: note, type: string, nullable: true, description: whatever is known }
`,
    "source/data/data_loader.ts": loader,
    "source/model/train.ts": train,
  });
  succeeded(await project.mlt(["train"]));
  return project;
}

const loader = `import pl, { type DataFrame } from "nodejs-polars";

const rows = Array.from({ length: 60 }, (_, index) => index);

export class DataLoader {
  loadData({ nRows }: { nRows?: number } = {}): DataFrame {
    const data = pl.DataFrame({
      order: rows.map(String),
      size: rows.map((index) => 1 + index / 4),
      count: rows.map((index) => (index % 7 === 6 ? null : index % 5)),
      sold: rows.map((index) => index % 2 === 0),
      colour: rows.map((index) => ["red", "green", null][index % 3]),
      month: rows.map((index) => ["Jan", "Feb", "Mar", "Apr", "May"][index % 5]),
      note: rows.map((index) => ["old", "new", null][(index + 1) % 3]),
      price: rows.map((index) => (index < 30 ? "cheap" : "dear")),
    });
    return nRows === undefined ? data : data.head(nRows);
  }
}
`;

const train = `import { type Classifier, columnTransformer, LogisticRegression, type Matrix, OneHotEncoder, pipeline, SimpleImputer, StandardScaler } from "mlt";
import type { DataFrame, Series } from "nodejs-polars";

const filled = () => pipeline(new SimpleImputer({ strategy: "constant", fillValue: "?" }), new OneHotEncoder());

export class Preprocessor {
  private readonly columns = columnTransformer([
    [pipeline(new SimpleImputer({ strategy: "median" }), new StandardScaler()), ["size", "count", "sold"]],
    [filled(), ["colour"]],
    [new OneHotEncoder(), ["month"]],
    [filled(), ["note"]],
  ]);
  splitXy(data: DataFrame): { X: DataFrame; y: Series } {
    return { X: data.drop("price"), y: data.getColumn("price") };
  }
  fitX(X: DataFrame): void {
    this.columns.fit(X);
  }
  processX(X: DataFrame): Matrix {
    return this.columns.transform(X);
  }
  fitY(_y: Series): void {}
  processY(y: Series): Series {
    return y;
  }
}

export function trainModel(X: Matrix, y: Series): Classifier {
  return new LogisticRegression().fit(X, y);
}

export function getClasses(model: Classifier): readonly string[] {
  return model.classes;
}
`;
