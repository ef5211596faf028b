import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "../../../ops/build/free-port.ts";
import { type Contender, highest } from "./contender.ts";
import { type IrisProject, must, species } from "./iris.ts";
import { likeMlt } from "./mlt.ts";

const folder = resolve(import.meta.dirname, "../peers");

/** The peers' models, fitted on the project's data. */
interface PeerModels {
  readonly frame: string;
  readonly array: string;
}

export interface Peers {
  readonly contenders: readonly Contender[];
  /** Those that could not be installed. */
  readonly missing: readonly string[];
}

/** Installs FastAPI, BentoML and MLServer, and fits their models. */
export function preparePeers(project: IrisProject, dir: string): Peers {
  const fastapi = installed("fastapi");
  if (fastapi === undefined) {
    return { contenders: [], missing: ["FastAPI, and with it scikit-learn that fits the models of all"] };
  }
  const models = fitModels(fastapi, project, dir);
  const bentoml = installed("bentoml");
  const mlserver = installed("mlserver");
  return {
    contenders: [
      fastapiContender(fastapi, models, 1),
      fastapiContender(fastapi, models, 2),
      ...(bentoml === undefined ? [] : [bentomlContender(bentoml, models)]),
      ...(mlserver === undefined ? [] : [mlserverContender(mlserver, models, dir)]),
    ],
    missing: [...(bentoml === undefined ? ["BentoML"] : []), ...(mlserver === undefined ? ["MLServer"] : [])],
  };
}

/** FastAPI with one worker alone; undefined when it cannot be installed. */
export function prepareFastapi(project: IrisProject, dir: string): Contender | undefined {
  const fastapi = installed("fastapi");
  if (fastapi === undefined) return undefined;
  return fastapiContender(fastapi, fitModels(fastapi, project, dir), 1);
}

function fitModels(programs: string, project: IrisProject, dir: string): PeerModels {
  const models = { frame: join(dir, "frame.pkl"), array: join(dir, "array.pkl") };
  must(join(programs, "python"), [join(folder, "fit_iris.py"), project.training, models.frame, models.array]);
  return models;
}

/** The folder of a peer's programs. */
function installed(name: string): string | undefined {
  console.error(`installing ${name}, if it is not yet`);
  const { status, stdout, stderr } = spawnSync("bash", [join(folder, "install.sh"), name], {
    encoding: "utf8",
  });
  if (status === 0) return stdout.trim();
  console.error(stderr);
  return undefined;
}

/** The stack of the template that mlt comes from: FastAPI, uvicorn, pandas, scikit-learn, a pickle. */
function fastapiContender(programs: string, { frame }: PeerModels, workers: number): Contender {
  const flags = ["--workers", `${workers}`, "--log-level", "warning"];
  return {
    ...likeMlt,
    name: workers === 1 ? "FastAPI, scikit-learn" : `FastAPI, ${workers} workers`,
    commands: async (port) => [
      {
        program: join(programs, "uvicorn"),
        args: ["fastapi_iris:app", "--app-dir", folder, "--port", `${port}`, ...flags],
        env: { MODEL: frame },
      },
    ],
  };
}

function bentomlContender(programs: string, { array }: PeerModels): Contender {
  return {
    name: "BentoML",
    commands: async (port) => [
      {
        program: join(programs, "bentoml"),
        args: ["serve", "bentoml_iris:Iris", "--host", "127.0.0.1", "--port", `${port}`],
        env: { MODEL: array, BENTOML_DO_NOT_TRACK: "True" },
        cwd: folder,
      },
    ],
    path: "/predict_proba",
    body: (rows) => JSON.stringify({ rows: rows.map((row) => Object.values(row)) }),
    classes(answer) {
      const rows: readonly (readonly number[])[] = JSON.parse(answer);
      return rows.map((probabilities) => species[highest(probabilities)] ?? "");
    },
  };
}

interface V2Answer {
  readonly outputs: readonly { readonly data: readonly number[] }[];
}

/** MLServer keeps model and settings in one folder, and asks for three ports. */
function mlserverContender(programs: string, { array }: PeerModels, dir: string): Contender {
  const cwd = join(dir, "mlserver");
  cpSync(join(folder, "mlserver"), cwd, { recursive: true });
  copyFileSync(array, join(cwd, "model.joblib"));
  return {
    name: "MLServer",
    async commands(port) {
      const [grpc, metrics] = [await freePort(), await freePort()];
      const env = {
        MLSERVER_HTTP_PORT: `${port}`,
        MLSERVER_GRPC_PORT: `${grpc}`,
        MLSERVER_METRICS_PORT: `${metrics}`,
      };
      return [{ program: join(programs, "mlserver"), args: ["start", "."], env, cwd }];
    },
    path: "/v2/models/iris/infer",
    body(rows) {
      const data = rows.flatMap((row) => Object.values(row));
      const input = { name: "predict", shape: [rows.length, 4], datatype: "FP32", data };
      return JSON.stringify({ inputs: [input], outputs: [{ name: "predict_proba" }] });
    },
    classes(answer) {
      const { outputs }: V2Answer = JSON.parse(answer);
      const data = outputs[0]?.data ?? [];
      return Array.from({ length: data.length / species.length }, (_, row) => {
        const start = row * species.length;
        return species[highest(data.slice(start, start + species.length))] ?? "";
      });
    },
  };
}
