import { newProject, succeeded, type TestProject } from "./project.ts";

/** A trained project in which every transformer of mlt's has a part, of texts, dates and categories of every kind. */
export async function everyTransformerProject(runtime?: "binary" | "deno"): Promise<TestProject> {
  const project = await newProject("iris", runtime);
  await project.write({
    "source/model/features.yaml": `task: classification
target: priority
features:
  - { name: amount, type: number, nullable: true }
  - { name: items, type: integer }
  - { name: colour, type: category, values: [red, green, blue], nullable: true }
  - { name: town, type: string, nullable: true }
  - { name: sent, type: string, nullable: true }
  - { name: note, type: string, nullable: true }
`,
    "source/data/data_loader.ts": loader,
    "source/model/train.ts": train,
  });
  succeeded(await project.mlt(["train"]));
  return project;
}

const loader = `import pl, { type DataFrame } from "nodejs-polars";

const rows = Array.from({ length: 120 }, (_, index) => index);
const notes = ["Please call AGAIN, it is urgent", "all good: thank you", "The wrong colour, again", "Straße ÜBER Äpfel", null];

export class DataLoader {
  loadData({ nRows }: { nRows?: number } = {}): DataFrame {
    const data = pl.DataFrame({
      amount: rows.map((index) => (index % 11 === 5 ? null : (index * index) % 97)),
      items: rows.map((index) => (index * 7) % 13),
      colour: rows.map((index) => ["red", "green", "blue", null][(index * 5) % 4]),
      town: rows.map((index) => (index % 17 === 3 ? null : "town " + ((index * 29) % 23))),
      sent: rows.map((index) => (index % 13 === 7 ? null : new Date(Date.UTC(2024, 1, 20, index * 5, index)).toISOString())),
      note: rows.map((index) => notes[(index * 3) % 5]),
      priority: rows.map((index) => (((index * 3) % 5) % 2 === 0 && index % 7 !== 2 ? "high" : "low")),
    });
    return nRows === undefined ? data : data.head(nRows);
  }
}
`;

const train = `import {
  type Classifier,
  columnTransformer,
  DateParts,
  HistGradientBoostingClassifier,
  LogTransformer,
  makeColumnSelector,
  type Matrix,
  MinMaxScaler,
  OneHotEncoder,
  OrdinalEncoder,
  pipeline,
  RobustScaler,
  SimpleImputer,
  StandardScaler,
  TargetEncoder,
  TfidfVectorizer,
} from "mlt";
import type { DataFrame, Series } from "nodejs-polars";

const filled = () => new SimpleImputer({ strategy: "median", addIndicator: true });
const named = (pattern: string) => makeColumnSelector({ pattern });

export class Preprocessor {
  private readonly columns = columnTransformer([
    [pipeline(filled(), new LogTransformer(), new MinMaxScaler({ clip: true })), ["amount"]],
    [pipeline(new RobustScaler(), new StandardScaler()), named("^items$")],
    [new OrdinalEncoder(), ["colour"]],
    [new TargetEncoder(), ["town"]],
    [pipeline(new SimpleImputer({ strategy: "most_frequent" }), new DateParts(), columnTransformer([[new OneHotEncoder(), named("weekday")]], { remainder: "passthrough" })), ["sent"]],
    [new TfidfVectorizer({ ngramRange: [1, 2], maxFeatures: 20, sublinearTf: true }), ["note"]],
  ]);
  splitXy(data: DataFrame): { X: DataFrame; y: Series } {
    return { X: data.drop("priority"), y: data.getColumn("priority") };
  }
  fitX(X: DataFrame, y: Series): void {
    this.columns.fit(X, y);
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
  return new HistGradientBoostingClassifier({ maxIter: 20 }).fit(X, y);
}

export function getClasses(model: Classifier): readonly string[] {
  return model.classes;
}
`;
