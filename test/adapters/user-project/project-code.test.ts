import { beforeAll, describe, expect, test } from "bun:test";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import pl from "nodejs-polars";
import { loadProjectCode, openPreprocessor } from "../../../adapters/user-project/project-code.ts";
import { libraryModules } from "../../../adapters/user-project/user-module-table.ts";
import { installUserModules } from "../../../adapters/user-project/user-modules.ts";
import { restoreState, saveState } from "../../../core/model/fitted-preprocessor.ts";
import { failure } from "../../support/failure.ts";
import { type TempDir, tempDir } from "../../support/temp-dir.ts";

beforeAll(() => installUserModules(libraryModules));

const loader = "export class DataLoader {\n  loadData() {\n    return null;\n  }\n}\n";
const methods = "splitXy(d) {} fitX(X) {} processX(X) { return X; } fitY(y) {} processY(y) { return y; }";
const training = `export class Preprocessor { ${methods} }
export function trainModel(X, y) {}
export function getClasses(model) { return model.classes; }
`;

/** A project of the two files, changed or with further ones, and its code. */
async function load(dir: TempDir, files: Readonly<Record<string, string>> = {}) {
  await dir.write({ "source/data/data_loader.ts": loader, "source/model/train.ts": training, ...files });
  const modules = Object.keys(libraryModules);
  return await loadProjectCode({ root: dir.path, source: join(dir.path, "source"), modules });
}

describe("loadProjectCode()", () => {
  test("runs the project's classes and functions", async () => {
    using dir = tempDir();
    const code = await load(dir, {
      "source/data/data_loader.ts": `
        import { rows } from "./rows.ts";
        export class DataLoader {
          private readonly rows: number[] = rows;
          async loadData({ nRows }: { nRows?: number }) { return this.rows.slice(0, nRows); }
        }`,
      "source/data/rows.ts": "export const rows: number[] = [1, 2, 3];",
      "source/model/train.ts": training.replace("trainModel(X, y) {}", "trainModel(X, y) { return [X, y]; }"),
    });
    expect<unknown>(await code.loadData({})).toEqual([1, 2, 3]);
    expect<unknown>(await code.loadData({ nRows: 2 })).toEqual([1, 2]);
    expect(await code.trainModel("X", "y")).toEqual(["X", "y"]);
    expect(code.getClasses({ classes: ["a", "b"] })).toEqual(["a", "b"]);
    expect(code.newPreprocessor().processX(pl.DataFrame({ x: [1] }))).toBeDefined();
  });

  test.each([
    ["RandomForrestClassifier", "Write RandomForestClassifier."],
    ["NeuralNetwork", "It has DateParts, DummyClassifier,"],
  ])("says what to import in place of %s", async (name, hint) => {
    using dir = tempDir();
    const files = {
      "source/model/train.ts": `import {\n  ${name} as Model,\n} from "mlt";\nnew Model();\n${training}`,
    };
    const error = await failure(() => load(dir, files));
    expect(error.message).toBe(`"mlt" has no export ${name}\n  at source/model/train.ts:2`);
    expect(error.hint).toStartWith(hint);
  });

  test("gives the project the modules that nothing was installed for", async () => {
    using dir = tempDir();
    const code = await load(dir, {
      "node_modules/mlt/index.js": "export const StandardScaler = 'of somebody else';",
      "source/data/data_loader.ts": `
        import { StandardScaler } from "mlt";
        import pl, { DataFrame } from "nodejs-polars";
        import { parse } from "yaml";
        export class DataLoader {
          loadData() {
            return [typeof StandardScaler, typeof DataFrame, pl.DataFrame(parse("x: [1, 2]")).height];
          }
        }`,
    });
    expect<unknown>(await code.loadData({})).toEqual(["function", "function", 2]);
  });

  test("makes a new Preprocessor each time", async () => {
    using dir = tempDir();
    const code = await load(dir, {
      "source/model/train.ts": training.replace("Preprocessor {", "Preprocessor { rows = [];"),
    });
    expect(Reflect.get(code.newPreprocessor(), "rows")).not.toBe(Reflect.get(code.newPreprocessor(), "rows"));
  });
});

describe("loadProjectCode() names what is missing", () => {
  const trainPath = "source/model/train.ts";

  test.each([
    [
      "a misspelled class",
      { "source/data/data_loader.ts": "export class DataLaoder {}" },
      'source/data/data_loader.ts exports no DataLoader; there is "DataLaoder"',
    ],
    [
      "a class that is not exported",
      { [trainPath]: training.replace("export class", "class") },
      `${trainPath} exports no Preprocessor`,
    ],
    [
      "a function",
      { [trainPath]: training.replace("export function trainModel", "export function train_model") },
      `${trainPath} exports no trainModel; there is "train_model"`,
    ],
  ])("%s", async (_what, files, message) => {
    using dir = tempDir();
    expect((await failure(() => load(dir, files))).message).toBe(message);
  });

  test.each(["source/data/data_loader.ts", "source/model/train.ts"])("the file %s", async (path) => {
    using dir = tempDir();
    const other = path === trainPath ? "source/data/data_loader.ts" : trainPath;
    await dir.write({ [other]: path === trainPath ? loader : training });
    const load = loadProjectCode({ root: dir.path, source: join(dir.path, "source"), modules: [] });
    expect((await failure(() => load)).message).toBe(`There is no ${path}`);
  });

  test.each([
    [
      "loadData",
      { "source/data/data_loader.ts": "export class DataLoader {}" },
      "DataLoader has no method loadData\n  at source/data/data_loader.ts",
    ],
    [
      "a class",
      { "source/data/data_loader.ts": "export const DataLoader = {};" },
      "DataLoader must be a class\n  at source/data/data_loader.ts",
    ],
  ])("%s of the loader", async (_what, files, message) => {
    using dir = tempDir();
    const code = await load(dir, files);
    expect((await failure(() => code.loadData({}))).message).toBe(message);
  });

  test.each(["splitXy", "fitX", "processX", "fitY", "processY"])("the method %s", async (method) => {
    using dir = tempDir();
    const code = await load(dir, { [trainPath]: training.replace(method, "other") });
    const error = await failure(() => code.newPreprocessor());
    expect(error.message).toBe(`Preprocessor has no method ${method}\n  at ${trainPath}`);
    expect(error.hint).toBe(`Add ${method} to the class Preprocessor.`);
  });

  test.each([
    [
      "getClasses",
      training.replace("getClasses", "classes"),
      `getClasses is no exported function\n  at ${trainPath}`,
    ],
    [
      "an array of classes",
      training.replace("model.classes", "'a'"),
      `getClasses must return an array of class names\n  at ${trainPath}`,
    ],
  ])("%s, when it is asked", async (_what, text, message) => {
    using dir = tempDir();
    const code = await load(dir, { [trainPath]: text });
    expect((await failure(() => code.getClasses({}))).message).toBe(message);
  });
});

describe("a failure of the project's code names its place", () => {
  const loaderThat = (body: string, before = "") => ({
    "source/data/data_loader.ts": `${before}\nexport class DataLoader {\n  async loadData() {\n    ${body}\n  }\n}\n`,
  });
  // A value that is no Error knows no line.
  const inFile = /\n {2}at source\/data\/data_loader\.ts$/;
  const at = (line: number, file = "source/data/data_loader.ts") =>
    new RegExp(`\n  at ${file}:${line}(:\\d+)?$`);

  test.each<[string, Record<string, string>, string, RegExp]>([
    ["a throw", loaderThat('throw new Error("no rows");'), "DataLoader.loadData failed: no rows", at(4)],
    [
      "a throw after waiting",
      loaderThat('await Promise.resolve(); throw new TypeError("no rows");'),
      "DataLoader.loadData failed: TypeError: no rows",
      at(4),
    ],
    [
      "a throw in another file of the project",
      {
        ...loaderThat("return read();", 'import { read } from "./read.ts";'),
        "source/data/read.ts": '\n\nexport function read() {\n  throw new Error("no file");\n}\n',
      },
      "DataLoader.loadData failed: no file",
      at(4, "source/data/read.ts"),
    ],
    [
      "a throw in an installed package",
      {
        ...loaderThat("return read();", 'import { read } from "reader";'),
        "node_modules/reader/package.json": '{"name":"reader","main":"index.js"}',
        "node_modules/reader/index.js": 'export function read() { throw new Error("no file"); }',
      },
      "DataLoader.loadData failed: no file",
      at(4),
    ],
    [
      "a failure of mlt's own",
      loaderThat("return new StandardScaler().transform(1);", 'import { StandardScaler } from "mlt";'),
      "StandardScaler is not fitted",
      at(4),
    ],
    ["a thrown text", loaderThat('throw "no rows";'), "DataLoader.loadData failed: no rows", inFile],
    ["a thrown undefined", loaderThat("throw undefined;"), "DataLoader.loadData failed: undefined", inFile],
    ["a thrown null", loaderThat("throw null;"), "DataLoader.loadData failed: null", inFile],
    ["a thrown object", loaderThat("throw { code: 3 };"), "DataLoader.loadData failed: { code: 3 }", inFile],
    [
      "a thrown object without a prototype",
      loaderThat("throw Object.create(null);"),
      "DataLoader.loadData failed: [Object: null prototype] {}",
      inFile,
    ],
    ["process.exit", loaderThat("process.exit(0);"), "DataLoader.loadData called process.exit(0)", at(4)],
    [
      "several failures at once",
      loaderThat(
        'await Promise.any([Promise.reject(new Error("first")), Promise.reject(new Error("second"))]);',
      ),
      "DataLoader.loadData failed: first",
      at(4),
    ],
  ])("of %s", async (_what, files, message, place) => {
    using dir = tempDir();
    const code = await load(dir, files);
    const error = await failure(() => code.loadData({}));
    expect(error.message.split("\n")[0]).toBe(message);
    expect(error.message).toMatch(place);
    expect(error.exitCode).toBe(3);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      "a syntax error",
      { "source/data/data_loader.ts": "export class DataLoader {\n  loadData( {\n}\n" },
      /^Loading source\/data\/data_loader\.ts failed: .+\n {2}at source\/data\/data_loader\.ts:\d:\d+$/,
    ],
    [
      "a syntax error in a file that it imports",
      {
        "source/data/data_loader.ts":
          'import { read } from "./read.ts";\nexport class DataLoader { loadData = read; }',
        "source/data/read.ts": "export const const = 1;",
      },
      /^Loading source\/data\/data_loader\.ts failed: .+\n {2}at source\/data\/read\.ts:1:\d+$/,
    ],
    [
      "an import of a file that is not there",
      {
        "source/data/data_loader.ts":
          '\nimport { read } from "./absent.ts";\nexport class DataLoader { loadData = read; }',
      },
      /^Loading source\/data\/data_loader\.ts failed: .*absent\.ts.*\n {2}at source\/data\/data_loader\.ts:2$/,
    ],
    [
      "a throw while it is loaded",
      { "source/data/data_loader.ts": '\n\nthrow new Error("no password");\nexport class DataLoader {}' },
      /^Loading source\/data\/data_loader\.ts failed: no password\n {2}at source\/data\/data_loader\.ts:3:\d+$/,
    ],
  ])("of %s", async (_what, files, message) => {
    using dir = tempDir();
    expect((await failure(() => load(dir, files))).message).toMatch(message);
  });

  test("in a folder whose name has spaces and brackets, through a link too", async () => {
    using dir = tempDir();
    await mkdir(join(dir.path, "my project (1)"));
    await symlink(join(dir.path, "my project (1)"), join(dir.path, "a link"));
    for (const name of ["my project (1)", "a link"]) {
      const path = join(dir.path, name);
      const project: TempDir = {
        path,
        write: (files) =>
          dir.write(
            Object.fromEntries(Object.entries(files).map(([file, text]) => [join(name, file), text])),
          ),
        [Symbol.dispose]: () => undefined,
      };
      const code = await load(project, loaderThat('throw new Error("no rows");'));
      expect((await failure(() => code.loadData({}))).message).toMatch(at(4));
    }
  });

  test("of the Preprocessor's methods and constructor", async () => {
    using dir = tempDir();
    const code = await load(dir, {
      "source/model/train.ts": training.replace("fitX(X) {}", 'fitX(X) { throw new Error("too few"); }'),
    });
    const error = await failure(() => code.newPreprocessor().fitX(pl.DataFrame({}), []));
    expect(error.message).toMatch(
      /^Preprocessor\.fitX failed: too few\n {2}at source\/model\/train\.ts:1:\d+$/,
    );

    using other = tempDir();
    const broken = await load(other, {
      "source/model/train.ts": training.replace(
        "Preprocessor {",
        'Preprocessor { constructor() { throw new Error("no"); }',
      ),
    });
    expect((await failure(() => broken.newPreprocessor())).message).toStartWith(
      "new Preprocessor failed: no\n",
    );
  });
});

describe("bundlePreprocessor() and openPreprocessor()", () => {
  const files = {
    "source/model/train.ts": `
      import { StandardScaler } from "mlt";
      import { square } from "./square.ts";

      class Base {
        power = 1;
        splitXy(d) {} fitY(y) {} processY(y) { return y; }
        get doubled() { return 2 * this.power; }
      }

      export class Preprocessor extends Base {
        #calls = 0;
        scaler = new StandardScaler();
        fitX(X: { height: number }) { this.power = X.height; this.scaler.fit(X); }
        processX(X: unknown) { return [++this.#calls, this.doubled, square(this.power), ...this.scaler.transform(X).data]; }
      }
      export function trainModel() {}`,
    "source/model/square.ts": "export const square = (x: number): number => x * x;",
  };
  const frame = pl.DataFrame({ x: [1, 3, 5] }); // mean 3, standard deviation √(8/3)

  test("carry a Preprocessor over with its imports, base class, getters, private fields and state", async () => {
    using dir = tempDir();
    const code = await load(dir, files);
    const fitted = code.newPreprocessor();
    fitted.fitX(frame, []);
    const state = JSON.parse(JSON.stringify(saveState(fitted)));
    const opened = restoreState(await openPreprocessor(await code.bundlePreprocessor()), state);
    const expected = [1, 6, 9, -Math.sqrt(1.5), 0, Math.sqrt(1.5)];
    expect(opened.processX(frame)).toEqual(expected.map((value) => expect.closeTo(value, 12)));
    expect(opened.processX(frame)).toContain(2); // the private count goes on
  });

  test("carry a Preprocessor over whose methods are arrow functions", async () => {
    using dir = tempDir();
    const code = await load(dir, {
      "source/model/train.ts": `
        export class Preprocessor {
          private rows = 0;
          splitXy = (d) => d; fitY = (y) => {}; processY = (y) => y;
          fitX = (X: { height: number }) => { this.rows = X.height; };
          processX = () => { if (this.rows === 0) throw new Error("not fitted"); return this.rows; };
        }
        export function trainModel() {}`,
    });
    const fitted = code.newPreprocessor();
    fitted.fitX(frame, []);
    const state = JSON.parse(JSON.stringify(saveState(fitted)));
    const bundle = await code.bundlePreprocessor();
    expect(restoreState(await openPreprocessor(bundle), state).processX(frame)).toBe(3);
    const unfitted = await openPreprocessor(bundle);
    expect((await failure(() => unfitted.processX(frame))).message).toBe(
      "Preprocessor.processX failed: not fitted",
    );
  });

  test("make the same bytes of the same code, wherever the project lies", async () => {
    using one = tempDir();
    using two = tempDir();
    const bundles = await Promise.all(
      [one, two].map(async (dir) => (await load(dir, files)).bundlePreprocessor()),
    );
    expect(bundles[1]).toBe(bundles[0] ?? "");
    expect(bundles[0]).toMatch(/from ?"mlt"/);
    expect(bundles[0]).not.toContain(one.path);
  });

  test("leave the rest of train.ts out", async () => {
    using dir = tempDir();
    const bundle = await (await load(dir, files)).bundlePreprocessor();
    expect(bundle).not.toContain("trainModel");
  });

  test("tell a failure of the opened code by its method", async () => {
    using dir = tempDir();
    const code = await load(dir, {
      "source/model/train.ts": training.replace("return X;", 'throw new Error("too few");'),
    });
    const opened = await openPreprocessor(await code.bundlePreprocessor());
    expect((await failure(() => opened.processX(pl.DataFrame({})))).message).toBe(
      "Preprocessor.processX failed: too few",
    );
  });

  test.each([
    ["no code", "<html>", /^preprocessor\.js failed: /],
    ["code without a Preprocessor", "export {};", /^Preprocessor must be a class$/],
    ["code that imports what is not there", 'import x from "absent"; export const y = x;', /absent/],
  ])("refuse %s", async (_what, text, message) => {
    expect((await failure(() => openPreprocessor(text))).message).toMatch(message);
  });
});
