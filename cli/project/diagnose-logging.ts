import { existsSync } from "node:fs";
import { access, constants, statfs } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { serverText } from "../../adapters/fluentd/fluentd-options.ts";
import { reachFluentd } from "../../adapters/fluentd/reach-fluentd.ts";
import { reachMongoDb } from "../../adapters/mongodb/reach-mongodb.ts";
import { failureText, isDiskFailure } from "../../adapters/spool/disk-failure.ts";
import { checkLogSettings } from "../../core/prediction-log/check-log-settings.ts";
import { check, type Finding, problem } from "./finding.ts";
import { fluentdOptions } from "./fluentd-settings.ts";
import { isLogged, sinkNames } from "./logging-sinks.ts";
import { mongodbOptions } from "./mongodb-settings.ts";
import { type Project, readFeatures } from "./open-project.ts";
import { spoolDir } from "./prediction-log.ts";

const megabyte = 1_048_576;

/** Looks at where the project's predictions are logged; nothing where they are not. */
export async function diagnoseLogging(project: Project): Promise<readonly Finding[]> {
  const { logging } = project.config;
  if (!isLogged(logging)) return [];
  return [
    await check("prediction log", async () => {
      const { features, id } = await readFeatures(project);
      checkLogSettings(logging, { features, ...(id === undefined ? {} : { id_name: id }) });
      return `kept on disk${sinkNames(logging)
        .map((sink) => `, then at ${sink}`)
        .join("")}`;
    }),
    await checkSpool(project),
    ...(await checkFluentd(project)),
    ...(await checkMongoDb(project)),
  ];
}

/** The folder has to be one that can be written, and the disk has to take what `max_bytes` lets it. */
async function checkSpool(project: Project): Promise<Finding> {
  const dir = spoolDir(project);
  try {
    // With the dot what is no folder fails.
    await access(`${nearestFolder(dir)}/.`, constants.W_OK | constants.X_OK);
  } catch (cause) {
    if (!isDiskFailure(cause)) throw cause;
    const hint = "Mend that, or set logging.spool.dir to another folder.";
    return { state: "problem", subject: "spool", detail: failureText(cause, nearestFolder(dir)), hint };
  }
  const { max_bytes: maxBytes } = project.config.logging.spool;
  const { bavail, bsize } = await statfs(nearestFolder(dir));
  const freeMegabytes = Math.floor((bavail * bsize) / megabyte);
  const name = relative(project.root, dir) || dir;
  const detail = `${name}, up to ${Math.ceil(maxBytes / megabyte)} MB; ${freeMegabytes} MB of the disk are free`;
  if (freeMegabytes * megabyte >= maxBytes) return { state: "ok", subject: "spool", detail };
  const hint = "Make room, or set logging.spool.max_bytes to less.";
  return { state: "warning", subject: "spool", detail, hint };
}

function nearestFolder(dir: string): string {
  return existsSync(dir) ? dir : nearestFolder(dirname(dir));
}

async function checkFluentd(project: Project): Promise<readonly Finding[]> {
  const subject = "fluentd";
  let options: Awaited<ReturnType<typeof fluentdOptions>>;
  try {
    options = await fluentdOptions(project);
  } catch (cause) {
    return [problem(subject, cause)];
  }
  if (options === undefined) return [];
  return (await reachFluentd(options)).map(({ server, failure }) =>
    failure === undefined
      ? { state: "ok", subject, detail: `${serverText(server)} takes predictions` }
      : problem(subject, failure),
  );
}

async function checkMongoDb({ config }: Project): Promise<readonly Finding[]> {
  const options = mongodbOptions(config.logging);
  if (options === undefined) return [];
  const { database, collection } = options;
  const looked = { ...options, timeoutMs: 5_000 };
  return [
    await check("mongodb", async () => `${await reachMongoDb(looked)} answers for ${database}.${collection}`),
  ];
}
