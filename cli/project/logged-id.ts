import { hasModel, readModel } from "../../adapters/model-store.ts";
import { noSalt } from "../../core/prediction-log/check-log-settings.ts";
import type { RecordQuery } from "../../core/prediction-log/record-query.ts";
import { logHash } from "./log-hash.ts";
import { type Project, readFeatures } from "./open-project.ts";

/** The name that rows have their id under: of the model in place, or of features.yaml where there is none. */
export async function loggedIdName(project: Project): Promise<string | undefined> {
  if (await hasModel(project.modelDir)) return (await readModel(project.modelDir)).card.id_name;
  return (await readFeatures(project)).id;
}

/** The query for what is in the log: of an id that stands there as its hash, for the hash. @throws {MltError} without a salt */
export async function queryForLog(project: Project, query: RecordQuery): Promise<RecordQuery> {
  const { hash, hash_salt: salt } = project.config.logging;
  if (query.id === undefined || hash.length === 0) return query;
  const idName = await loggedIdName(project);
  if (idName === undefined || !hash.includes(idName)) return query;
  if (salt === undefined) throw noSalt();
  return { ...query, id: logHash(salt)(query.id) };
}
