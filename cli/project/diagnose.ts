import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { hasModel } from "../../adapters/model-store.ts";
import { prepareNative } from "../../adapters/natives.ts";
import { openOnnxSession } from "../../adapters/onnxruntime/session.ts";
import { loadPolars } from "../../adapters/polars/load-polars.ts";
import { commandPath } from "../../adapters/train-program/command-path.ts";
import { MltError } from "../../core/errors.ts";
import { OnnxGraph } from "../../core/onnx/graph.ts";
import { version } from "../version.ts";
import { diagnoseLogging } from "./diagnose-logging.ts";
import { check, type Finding, problem } from "./finding.ts";
import { loadModel } from "./load-model.ts";
import { openProject, type Project, readFeatures } from "./open-project.ts";
import { dateFault, dayOf, serveTls } from "./serve-tls.ts";

/** Looks at this machine, and at the project in the folder if there is one. */
export async function diagnose(dir: string): Promise<Finding[]> {
  const machine = [
    {
      state: "ok" as const,
      subject: "mlt",
      detail: `${version} on ${runtime()}, ${process.platform}-${process.arch}`,
    },
    await check("onnxruntime", runGraph),
    await check("polars", async () => `loads (${(await loadPolars()).version})`),
    await checkGit(),
  ];
  return [...machine, ...(await diagnoseProject(dir))];
}

function runtime(): string {
  const { bun, deno } = process.versions;
  return bun === undefined ? `Deno ${deno}` : `Bun ${bun}`;
}

async function runGraph(): Promise<string> {
  const graph = new OnnxGraph("doctor");
  graph.output("y", graph.input("x", "float", 1), "float", ["N", 1]);
  const session = await openOnnxSession(graph.encode());
  await session.run({ nRows: 1, values: new Map([["x", Float32Array.of(1)]]) }, ["y"]);
  await session.close();
  const dir = await prepareNative("onnxruntime");
  return dir === undefined ? "loads" : `loads; native libraries are kept in ${dirname(dir)}`;
}

async function diagnoseProject(dir: string): Promise<Finding[]> {
  let project: Project;
  try {
    project = await openProject(dir);
  } catch (cause) {
    const found = problem("project", cause);
    return [
      cause instanceof MltError && cause.message.startsWith("There is no project")
        ? { ...found, state: "warning" }
        : found,
    ];
  }
  return [
    { state: "ok", subject: "project", detail: `${project.config.project.name} in ${project.root}` },
    await check("features.yaml", async () => `${(await readFeatures(project)).features.length} features`),
    ...(await checkProgram(project)),
    await checkModel(project),
    await checkPort(project),
    ...(await checkTls(project)),
    ...(await diagnoseLogging(project)),
  ];
}

/** Nothing where the project's TypeScript trains. */
async function checkProgram({ root, config }: Project): Promise<Finding[]> {
  const [program] = config.train.command ?? [];
  if (program === undefined) return [];
  return [await check("train.command", async () => `runs ${commandPath(program, root)}`)];
}

async function checkModel({ modelDir }: Project): Promise<Finding> {
  if (!(await hasModel(modelDir))) {
    return { state: "warning", subject: "model", detail: "not trained yet", hint: "Run mlt train." };
  }
  return await check("model", async () => {
    const { card, close } = await loadModel(modelDir);
    await close();
    return `${card.name} ${card.version} (${card.id}) answers its golden requests`;
  });
}

async function checkPort({ config: { serve } }: Project): Promise<Finding> {
  const free = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(serve.port, serve.host, () => server.close(() => resolve(true)));
  });
  const subject = `port ${serve.port}`;
  if (free) return { state: "ok", subject, detail: "is free" };
  return { state: "warning", subject, detail: "is in use", hint: "Run mlt serve --port with another." };
}

/** Nothing where the project serves plain HTTP. */
async function checkTls(project: Project): Promise<Finding[]> {
  const subject = "certificate";
  try {
    const tls = await serveTls(project);
    if (tls === undefined) return [];
    const fault = dateFault(tls, new Date());
    if (fault === undefined)
      return [{ state: "ok", subject, detail: `of ${tls.subject}, valid until ${dayOf(tls.validTo)}` }];
    return [{ state: "warning", subject, detail: fault, hint: "Put a new one at serve.tls_cert_file." }];
  } catch (cause) {
    return [problem(subject, cause)];
  }
}

async function checkGit(): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)("git", ["--version"]);
    return { state: "ok", subject: "git", detail: stdout.trim() };
  } catch {
    return {
      state: "warning",
      subject: "git",
      detail: "is missing: models do not record the commit they were made from",
      hint: "Install git with the package manager of this system, such as apt-get install git.",
    };
  }
}
