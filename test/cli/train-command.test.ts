import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { copyOf, succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

/** Its model is what the programs of these tests "train": they copy it. */
const iris = await trainedProject();
afterAll(() => iris[Symbol.dispose]());
await iris.write({
  "config.yaml": "project: { name: iris }\ntrain: { command: [sh, source/program.sh], data_format: csv }\n",
});

/** A program that loads iris.csv and copies the model, with what else it does at `load` and at `train`. */
function program({ load = "", train = "" } = {}): string {
  return `case "$1" in
load) cp source/data/iris.csv "$MLT_OUTPUT"; ${load || ":"} ;;
train) cp trained.onnx "$MLT_OUTPUT"; ${train || ":"} ;;
esac
`;
}

async function projectOf(script: string): Promise<TestProject> {
  const project = copyOf(iris);
  await rename(join(project.path, "model_bin/model.onnx"), join(project.path, "trained.onnx"));
  await rm(join(project.path, "model_bin"), { recursive: true });
  await rm(join(project.path, "source/data/data_loader.ts"));
  await project.write({ "source/program.sh": script });
  return project;
}

/** How a process is, in a letter of ps: `Z` where it has ended and nobody has asked, nothing where it is gone. */
function state(pid: number): string {
  return spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" })
    .stdout.trim()
    .slice(0, 1);
}

describe("mlt train with train.command", () => {
  test("has a program load the rows and learn from those that are not held out", async () => {
    using project = await projectOf(
      program({
        load: 'echo "rows: $MLT_N_ROWS, seed: $MLT_SEED"',
        train:
          'wc -l <"$MLT_INPUT"; head -n 1 "$MLT_INPUT"; cat "$MLT_FEATURES" >features.json; echo to stderr >&2',
      }),
    );
    const { exitCode, stdout, stderr } = await project.mlt(["train", "--seed", "7", "--json"], {
      MLT_TRAIN__N_ROWS: "90",
    });
    expect(exitCode).toBe(0);
    // 150 rows come, since this program takes no notice of how many are wanted: 120 of them, and the header.
    expect(stderr.match(/^ {2}.*\n/gm)?.join("")).toBe(
      "  rows: 90, seed: 7\n  121\n  sepal_length,sepal_width,petal_length,petal_width,species\n  to stderr\n",
    );
    expect(JSON.parse(stdout).metrics.test.accuracy).toBeGreaterThan(0.9);
    expect(JSON.parse(project.read("features.json"))).toMatchObject({
      task: "classification",
      target: "species",
    });
    expect(JSON.parse(project.read("model_bin/model.json")).estimator.name).toBe("mlt model");
  });

  test("trains once more for each fold, and compares with the model in place", async () => {
    using project = await projectOf(program({ train: 'wc -l <"$MLT_INPUT"' }));
    const first = await project.mlt(["train", "--folds", "3"]);
    expect(first.stderr.match(/^ {2}\d+$/gm)).toEqual(["  81", "  81", "  81", "  121"]);
    const { exitCode, stderr } = await project.mlt(["train", "--compare", "--min-metric", "accuracy=0.999"]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("error: The new model is not good enough: accuracy ");
    expect(existsSync(join(project.path, "model_bin/model.json"))).toBe(true);
  });

  test("loads by the project's own DataLoader where there is one", async () => {
    using project = await projectOf(
      '[ "$1" = train ] && cp trained.onnx "$MLT_OUTPUT" && head -c 4 "$MLT_INPUT"\n',
    );
    await project.write({ "source/data/data_loader.ts": iris.read("source/data/data_loader.ts") });
    const { exitCode, stderr } = await project.mlt(["train"], { MLT_TRAIN__DATA_FORMAT: "parquet" });
    expect(exitCode).toBe(0);
    // What a Parquet file begins with.
    expect(stderr).toContain("\n  PAR1\n");
  });

  test("leaves nothing in the temporary folder", async () => {
    using project = await projectOf(program());
    const temporary = join(project.path, "temporary");
    mkdirSync(temporary);
    succeeded(await project.mlt(["train"], { TMPDIR: temporary }));
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.each<[what: string, script: string, error: string, exitCode: number]>([
    [
      "a program that fails at load",
      "echo one; echo 'the last of it' >&2; exit 7\n",
      '"sh source/program.sh load" ended with exit code 7: the last of it\nhint: Mend the program, or train.command in config.yaml.\n',
      4,
    ],
    [
      "a program that fails at train and says nothing",
      program({ train: "exit 1" }),
      '"sh source/program.sh train" ended with exit code 1\nhint: Mend the program, or train.command in config.yaml.\n',
      4,
    ],
    [
      "a program that a signal ends",
      program({ train: "kill -9 $$" }),
      '"sh source/program.sh train" ended with exit code 137\nhint: Mend the program, or train.command in config.yaml.\n',
      4,
    ],
    [
      "a program that writes no rows",
      "exit 0\n",
      '"sh source/program.sh load" ended without an error, and wrote no file to MLT_OUTPUT\nhint: Write the rows to the file that the variable MLT_OUTPUT names.\n',
      4,
    ],
    [
      "a program that writes no model",
      program({ train: 'rm "$MLT_OUTPUT"' }),
      '"sh source/program.sh train" ended without an error, and wrote no file to MLT_OUTPUT\nhint: Write the model as ONNX to the file that the variable MLT_OUTPUT names.\n',
      4,
    ],
    [
      "a program that makes a folder where the model should be",
      program({ train: 'rm "$MLT_OUTPUT"; mkdir "$MLT_OUTPUT"' }),
      '"sh source/program.sh train" ended without an error, and made MLT_OUTPUT something else than a file\nhint: Write the model as ONNX to the file that the variable MLT_OUTPUT names.\n',
      4,
    ],
    [
      "a program that makes a pipe where the rows should be",
      'mkfifo "$MLT_OUTPUT"\n',
      '"sh source/program.sh load" ended without an error, and made MLT_OUTPUT something else than a file\nhint: Write the rows to the file that the variable MLT_OUTPUT names.\n',
      4,
    ],
    [
      "a model that is larger than ONNX files can be",
      program({ train: 'truncate -s 3G "$MLT_OUTPUT"' }),
      '"sh source/program.sh train" ended without an error, and wrote 3221225472 bytes to MLT_OUTPUT, where an ONNX model has fewer than 2 GiB\nhint: Write the model as ONNX to the file that the variable MLT_OUTPUT names.\n',
      4,
    ],
    [
      "a module of Python that is not installed",
      `echo "ModuleNotFoundError: No module named 'skl2onnx'"; exit 1\n`,
      "\"sh source/program.sh load\" ended with exit code 1: ModuleNotFoundError: No module named 'skl2onnx'\nhint: Install it into the Python that train.command names: sh -m pip install -r requirements.txt\n",
      4,
    ],
    [
      "a module of Python that is the project's own",
      `echo "ModuleNotFoundError: No module named 'source.data'"; exit 1\n`,
      "\"sh source/program.sh load\" ended with exit code 1: ModuleNotFoundError: No module named 'source.data'\nhint: Start the program as a module, so that Python looks in the project's folder: train.command [sh, -m, source.program].\n",
      4,
    ],
    [
      "a program that writes something else than a model",
      program({ train: 'echo model >"$MLT_OUTPUT"' }),
      "What the program wrote to MLT_OUTPUT is no ONNX model\nhint: Write the bytes of the ONNX file there, and end the program when all of them are written.\n",
      3,
    ],
    [
      "rows without the target",
      program({ load: 'cut -d , -f 1-4 source/data/iris.csv >"$MLT_OUTPUT"' }),
      'train.command returned no column "species", the target in features.yaml\nhint: Name the target\'s column in features.yaml.\n',
      3,
    ],
    [
      "rows that do not fit features.yaml",
      program({ load: 'sed "2s/^5.1/-5.1/" source/data/iris.csv >"$MLT_OUTPUT"' }),
      'The data of train.command do not fit features.yaml\n  Column "sepal_length": row 1 is under its min 0\nhint: Mend the data where they are loaded, or the feature\'s description in features.yaml.\n',
      3,
    ],
    [
      "rows of another format than is said",
      program({ load: 'sed "3s/^[0-9.]*/NA/" source/data/iris.csv >"$MLT_OUTPUT"' }),
      "Cannot read the rows that the program wrote as csv: could not parse `NA` as dtype `f64` at column 'sepal_length' (column number 1)\nhint: Write them to MLT_OUTPUT as csv, an empty field for a missing value, or set train.data_format.\n",
      3,
    ],
  ])("tells of %s, and keeps no model", async (_, script, error, exitCode) => {
    using project = await projectOf(script);
    const finished = await project.mlt(["train"]);
    expect(finished.stderr).toEndWith(`error: ${error}`);
    expect({ exitCode: finished.exitCode, model: existsSync(join(project.path, "model_bin")) }).toEqual({
      exitCode,
      model: false,
    });
  });

  test.each([
    [
      ".venv/bin/python",
      "in the project's folder",
      "Make it: python3 -m venv .venv && .venv/bin/pip install -r requirements.txt",
    ],
    [
      "python3.99",
      "on PATH",
      "Install Python 3 with the package manager of this system, such as apt-get install python3 python3-venv.",
    ],
    ["Rscript-99", "on PATH", "Install it, or name another program in train.command of config.yaml."],
  ])("says how to get %s where it is missing, as mlt doctor does", async (name, where, hint) => {
    using project = await projectOf(program());
    const env = { MLT_TRAIN__COMMAND: `${name} source/train.py` };
    const { exitCode, stderr } = await project.mlt(["train"], env);
    const problem = `There is no program "${name}" ${where}, which train.command names`;
    expect(exitCode).toBe(4);
    expect(stderr).toEndWith(`error: ${problem}\nhint: ${hint}\n`);
    const doctor = await project.mlt(["doctor"], env);
    expect(doctor.stdout).toContain(problem);
    expect(doctor.stdout).toContain(hint);
  });

  test("refuses a command that is none in config.yaml", async () => {
    using project = await projectOf(program());
    for (const command of ["[]", "python3 source/train.py", '[""]']) {
      await project.write({ "config.yaml": `train: { command: ${command} }\n` });
      expect((await project.mlt(["train"])).exitCode).toBe(3);
    }
  });

  test("says where there is no folder for temporary files", async () => {
    using project = await projectOf(program());
    const { exitCode, stderr } = await project.mlt(["train"], { TMPDIR: join(project.path, "nowhere") });
    expect(exitCode).toBe(4);
    expect(stderr).toContain("error: Cannot write to the folder for temporary files: ENOENT");
  });

  test("removes what a killed training left", async () => {
    using project = await projectOf(program({ train: `echo "program $$"; exec sleep 600` }));
    const temporary = join(project.path, "temporary");
    mkdirSync(temporary);
    const killed = project.start(["train"], { TMPDIR: temporary });
    const pid = Number(/program (\d+)/.exec(await killed.saw(/program \d+\n/))?.[1]);
    killed.child.kill("SIGKILL");
    await killed.finished;
    process.kill(pid);
    expect(readdirSync(temporary)).toHaveLength(1);
    await project.write({ "source/program.sh": program() });
    succeeded(await project.mlt(["train"], { TMPDIR: temporary }));
    expect(readdirSync(temporary)).toEqual([]);
  });

  testWith(["linux"], "ends the program with all that it started, and the old model stays", async () => {
    using project = await projectOf(program());
    succeeded(await project.mlt(["train"]));
    const before = project.read("model_bin/model.json");
    const temporary = join(project.path, "temporary");
    mkdirSync(temporary);
    // The child tells when it runs; the program takes SIGTERM to clean up.
    await project.write({
      "source/program.sh": program({
        train: `trap 'echo cleaned >cleaned; exit 0' TERM; (sleep 600 & echo "child $!"; wait) & wait`,
      }),
    });
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const training = project.start(["train"], { TMPDIR: temporary });
      const child = Number(/child (\d+)/.exec(await training.saw(/child \d+\n/))?.[1]);
      training.child.kill(signal);
      const { signal: ended, exitCode, stderr } = await training.finished;
      expect({ ended, exitCode }).toEqual({ ended: signal, exitCode: null });
      expect(stderr).not.toContain("error:");
      expect(state(child)).toMatch(/^Z?$/);
      expect(project.read("cleaned")).toBe("cleaned\n");
      expect(project.read("model_bin/model.json")).toBe(before);
      expect(readdirSync(temporary)).toEqual([]);
    }
  });
});
