import type { ClusterSecret } from "../../../adapters/kubernetes/secret-values.ts";
import { type ConfigKey, configKeys } from "../../../core/config/config-keys.ts";
import { type ConfigSources, resolveConfig } from "../../../core/config/resolve.ts";
import type { Config } from "../../../core/config/schema.ts";
import { secretFiles } from "../../../core/config/secret-files.ts";
import { servedSections } from "../../../core/config/served-sections.ts";
import { MltError } from "../../../core/errors.ts";
import { configName, type Project } from "../open-project.ts";

/** What pods are told: nothing of this machine's environment, and no `.env`. */
export interface PodSettings {
  /** Their config.yaml. */
  readonly configText: string;
  /** What that and their Secrets set; what the image sets is not in it. */
  readonly config: Config;
  /** Settings that are made here and do not reach them, a sentence each. */
  readonly warnings: readonly string[];
}

/** What the environment of the image sets, whatever config.yaml says. */
const imageSettings = ["serve.host", "serve.port", "serve.log_format", "logging.spool.dir"];

/**
 * The settings that pods will have.
 *
 * @param configText  the project's config.yaml
 * @param secrets     whose keys are variables of the pods; of a key that is in several, the last holds
 * @throws {MltError} when a Secret sets what is no setting, or a file would be missing in the pods
 */
export function podSettings(
  project: Project,
  configText: string,
  secrets: readonly ClusterSecret[],
): PodSettings {
  const text = servedSections(configText);
  const variables = Object.fromEntries(secrets.flatMap(({ values }) => Object.entries(values)));
  const named = secrets.map(({ name }) => `"${name}"`).join(", ");
  // A file that a variable names is in the pod, if anywhere.
  const inPod = new Set(secretFiles(variables).map(({ variable }) => variable));
  const kept = Object.entries(variables).filter(([name]) => !inPod.has(name));
  const sources: ConfigSources = {
    flags: {},
    environment: {},
    dotenv: { name: `Secret ${named}`, variables: Object.fromEntries(kept) },
    file: { name: configName, text },
  };
  const { config } = resolveConfig(sources);
  checkFiles(project, config);
  return { configText: text, config, warnings: settingsOnlyHere(project, Object.keys(variables)) };
}

function checkFiles({ config: { deploy } }: Project, { serve, logging }: Config): void {
  if (serve.tls_cert_file !== undefined && deploy.tls_secret === undefined) {
    throw new MltError("serve.tls_cert_file is set, and the pods do not have that file", {
      hint: "Create a Secret of the type kubernetes.io/tls of it, and name that as deploy.tls_secret.",
    });
  }
  const caFile = logging.fluentd.tls_ca_file;
  if (caFile !== undefined && !caFile.startsWith("/")) {
    throw new MltError(`logging.fluentd.tls_ca_file is "${caFile}", and the pods do not have that file`, {
      hint: "Name one that image.base has, by its whole path.",
    });
  }
}

/** A password in `.env` is what the service has at the desk, and not in the cluster. */
function settingsOnlyHere({ origins }: Project, inPods: readonly string[]): string[] {
  const isSetHere = (name: string) => /^(environment|[.]env)$/.test(origins.get(name)?.source ?? "");
  const isInPods = ({ variable, fileVariable = variable }: ConfigKey) =>
    inPods.includes(variable) || inPods.includes(fileVariable);
  return configKeys
    .filter(({ name }) => /^(serve|logging)[.]/.test(name) && !imageSettings.includes(name))
    .filter((key) => isSetHere(key.name) && !isInPods(key))
    .map(({ variable, fileVariable }) => {
      const place = fileVariable === undefined ? "in config.yaml, or in" : "in";
      return `${variable} is set here, and the pods do not have it: set it ${place} a Secret of deploy.secrets`;
    });
}
