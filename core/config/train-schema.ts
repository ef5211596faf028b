import { Type } from "@sinclair/typebox";

const closed = { additionalProperties: false };

const splitStrategies = ["random", "group", "time"] as const;

const dataFormats = ["parquet", "csv", "ndjson"] as const;

const TrainSplit = Type.Object(
  {
    strategy: Type.Union(
      splitStrategies.map((strategy) => Type.Literal(strategy)),
      {
        description:
          "Which rows are held out: drawn at `random`, of a classification by class; whole groups (`group`); the latest (`time`)",
        default: "random",
      },
    ),
    column: Type.Optional(
      Type.String({
        description:
          "Column of the loaded data that holds the group or the time of each row; it need not be a feature",
        minLength: 1,
      }),
    ),
  },
  { ...closed, description: "How the rows to learn from are told from those that are held out" },
);

/** `train` of config.yaml. */
export const TrainSchema = Type.Object(
  {
    test_size: Type.Number({
      description: "Share of the rows that is held out to measure the model",
      default: 0.2,
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
    }),
    seed: Type.Integer({
      description: "Seed of the split and of every estimator",
      default: 42,
      minimum: 0,
      maximum: 4_294_967_295,
    }),
    n_rows: Type.Optional(
      Type.Integer({
        description: "How many rows the DataLoader is asked for; all of them if absent",
        minimum: 1,
      }),
    ),
    threads: Type.Optional(
      Type.Integer({
        description: "How many CPUs an estimator uses, which does not change the model; all if absent",
        minimum: 1,
        maximum: 1_024,
      }),
    ),
    split: TrainSplit,
    folds: Type.Optional(
      Type.Integer({
        description:
          "Parts for a cross-validation of the rows to learn from: the model is fitted once more for each",
        minimum: 2,
        maximum: 1_000,
      }),
    ),
    command: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description:
          "Program and arguments that bring the data and write the model as ONNX, run from config.yaml without a shell; absent: the project's TypeScript does",
        minItems: 1,
        expected: 'a list of a program and its arguments, such as ["python3", "source/train.py"]',
      }),
    ),
    data_format: Type.Union(
      dataFormats.map((format) => Type.Literal(format)),
      {
        description: "Format of the files of rows that `train.command` writes and reads",
        default: "parquet",
      },
    ),
  },
  { ...closed, description: "How `mlt train` fits the model" },
);
