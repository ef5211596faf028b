import { afterAll, expect, test } from "bun:test";
import { newProject } from "../support/project.ts";

const project = await newProject();
afterAll(() => project[Symbol.dispose]());

const metrics =
  "accuracy, balanced_accuracy, precision_macro, recall_macro, f1_macro, roc_auc, average_precision, log_loss";
const seed = "command line: Expected train.seed to be an integer from 0 to 4294967295, not";
const port = "command line: Expected serve.port to be an integer from 0 to 65535, not";
const commands = "Run mlt --help to list the commands.";
const flags = "Run the command with --help to list its flags.";
const howTo = (command: string) => `Run mlt ${command} --help to see how it is used.`;

test.each<[command: string, error: string, hint: string]>([
  ["trian", "Unknown command trian; did you mean train?", commands],
  ["toString", "Unknown command toString", commands],
  ["--verison", "Unknown flag --verison", commands],
  ["help tarin", "Unknown command tarin; did you mean train?", commands],
  ["config shwo", "Unknown command shwo; did you mean show?", "Run mlt config --help to list the commands."],
  ["config", "mlt config needs a command: show or schema", "Run mlt config --help to see what each does."],
  ["train --sede 7", "Unknown flag --sede; did you mean --seed?", howTo("train")],
  ["train -x", "Unknown flag -x", howTo("train")],
  ["train extra", 'Unexpected argument "extra"', howTo("train")],
  ["train -- --help", 'Unexpected argument "--help"', howTo("train")],
  ["train --seed", "--seed needs a value", howTo("train")],
  ["train --seed --json", "--seed needs a value", howTo("train")],
  ["train --seed=", "--seed needs a value", howTo("train")],
  ["train --seed 1 --seed 2", "--seed is given twice", howTo("train")],
  ["train --json=maybe", "--json takes no value", howTo("train")],
  ["train --seed x", `${seed} "x"`, flags],
  ["train --seed -1", `${seed} -1`, flags],
  ["train --seed 1.5", `${seed} 1.5`, flags],
  ["runs shwo", "Unknown command shwo; did you mean show?", "Run mlt runs --help to list the commands."],
  ["runs show", "The argument ID is missing", howTo("runs show")],
  ["runs compare abcd", "The argument B is missing", howTo("runs compare")],
  ["runs --limit 0", 'Cannot read --limit "0" as a number of runs', "Give a whole number above 0."],
  ["runs --limt 5", "Unknown flag --limt; did you mean --limit?", howTo("runs")],
  [
    "runs --sort acuracy",
    '--sort "acuracy" is no metric; did you mean accuracy?',
    `Choose of ${metrics}, r2, rmse, mae, median_absolute_error, max_error.`,
  ],
  [
    "train --min-metric acuracy=0.9",
    '--min-metric "acuracy" is no metric of classification; did you mean accuracy?',
    `Choose of ${metrics}.`,
  ],
  [
    "train --min-metric rmse=3",
    '--min-metric "rmse" is no metric of classification',
    `Choose of ${metrics}.`,
  ],
  [
    "train --min-metric accuracy",
    'Cannot read --min-metric "accuracy" as name=number',
    "Write --min-metric accuracy=0.9.",
  ],
  [
    "train --min-metric accuracy=high",
    'Cannot read --min-metric "accuracy=high" as name=number',
    "Write --min-metric accuracy=0.9.",
  ],
  [
    "init p --template irsi",
    'There is no template "irsi"; did you mean iris?',
    "Choose of iris, regression, python.",
  ],
  ["init p --template toString", 'There is no template "toString"', "Choose of iris, regression, python."],
  ["init a b", 'Unexpected argument "b"', howTo("init")],
  ["serve --port 70000", `${port} 70000`, flags],
  ["serve --port abc", `${port} "abc"`, flags],
  ["serve --port", "--port needs a value", howTo("serve")],
  ["predict", "The argument DATA is missing", howTo("predict")],
  [
    "predict config.yaml",
    'Cannot tell the format of "config.yaml" from its ending',
    "Name it .csv, .parquet, .ndjson.",
  ],
  [
    "predict a.csv -o out.txt",
    'Cannot tell the format of "out.txt" from its ending',
    "Name it .csv, .parquet, .ndjson.",
  ],
  ["predict a.csv --outptu x", "Unknown flag --outptu; did you mean --output?", howTo("predict")],
  ["test --grep", "--grep needs a value", howTo("test")],
  ["eject", "The argument WHAT is missing", howTo("eject")],
  [
    "eject dockerfile",
    'There is nothing to eject named "dockerfile"',
    "Choose of dockerfiles, chart, ansible, stacks.",
  ],
  ["completion", "The argument SHELL is missing", howTo("completion")],
  ["completion powershell", 'There is no completion for "powershell"', "Choose of bash, zsh, fish."],
])("mlt %s exits 2 and says why", async (command, error, hint) => {
  const { exitCode, stdout, stderr } = await project.mlt(command.split(" "));
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `error: ${error}\nhint: ${hint}\n`,
  });
});
