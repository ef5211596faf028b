import type { Config } from "../config/schema.ts";
import { MltError } from "../errors.ts";
import { imageNames } from "../image/image-names.ts";
import { formatImageReference, parseImageReference } from "../image/image-reference.ts";

/** The stacks of containers, in the order in which they are started. */
export const stackNames = ["mongodb", "efk", "jenkins"] as const;
export type StackName = (typeof stackNames)[number];

interface VariableSource {
  readonly config: Pick<Config, "project" | "infra" | "image" | "deploy">;
  /** References of all images, by name, as `ops/stacks/images.yaml` has them. */
  readonly images: Readonly<Record<string, string>>;
  /** The tag of the image that `mlt build-image runtime` makes. */
  readonly mltVersion: string;
}

/**
 * The variables `MLT_…` that a stack's compose.yaml may name, without `MLT_SECRETS_DIR`; none of them is secret.
 *
 * @throws {MltError} where images lack one that is needed, or hold what is no reference
 */
export function stackVariables(name: StackName, source: VariableSource): Record<string, string> {
  const { infra, project } = source.config;
  const bind = infra.bind.includes(":") ? `[${infra.bind}]` : infra.bind;
  return { MLT_BIND: bind, MLT_PROJECT: project.name, ...own[name](source) };
}

/** What `mlt build-image runtime` makes, or, by the end of its name, what is made of that. */
function ownImage(ending: string, { config: { image }, mltVersion }: VariableSource): string {
  const { registry, repository, runtime } = image;
  const [reference = ""] = imageNames(
    { registry, repository, name: `${runtime}${ending}`, tag: mltVersion },
    {},
  );
  return reference;
}

/** The profiles of a stack's services that run. */
export function stackProfiles(name: StackName, { jenkins }: Config["infra"]): readonly string[] {
  return name === "jenkins" ? [jenkins.agent] : [];
}

const own: Readonly<Record<StackName, (source: VariableSource) => Record<string, string>>> = {
  mongodb(source) {
    const { port, user, database } = source.config.infra.mongodb;
    return {
      MLT_IMAGE_MONGODB: image("mongodb", source),
      MLT_MONGODB_PORT: `${port}`,
      MLT_MONGODB_USER: user,
      MLT_MONGODB_DATABASE: database,
    };
  },
  efk(source) {
    const { efk } = source.config.infra;
    const isOpenSearch = efk.search === "opensearch";
    return {
      MLT_EFK_SEARCH: efk.search,
      MLT_EFK_SEARCH_USER: isOpenSearch ? "admin" : "elastic",
      MLT_IMAGE_SEARCH: image(efk.search, source),
      MLT_IMAGE_DASHBOARDS: image(isOpenSearch ? "opensearch_dashboards" : "kibana", source),
      MLT_IMAGE_FLUENTD: image(`fluentd_${efk.search}`, source),
      MLT_EFK_SEARCH_PORT: `${efk.search_port}`,
      MLT_EFK_DASHBOARDS_PORT: `${efk.dashboards_port}`,
      MLT_EFK_FLUENTD_PORT: `${efk.fluentd_port}`,
      MLT_EFK_MEMORY: `${mebibytes(efk.memory)}m`,
      MLT_EFK_HEAP_MB: `${Math.floor(mebibytes(efk.memory) / 2)}`,
      MLT_EFK_RETENTION_DAYS: `${efk.retention_days}`,
      MLT_EFK_TLS: `${efk.tls}`,
      MLT_EFK_SCHEME: efk.tls ? "https" : "http",
    };
  },
  jenkins(source) {
    const { infra, deploy } = source.config;
    const { jenkins } = infra;
    const names = Object.keys(source.images).filter((name) => name.startsWith("jenkins"));
    return {
      ...Object.fromEntries(names.map((name) => [imageVariable(name), image(name, source)])),
      MLT_JENKINS_PORT: `${jenkins.port}`,
      // Jenkins writes its links behind it.
      MLT_JENKINS_URL: jenkins.url?.replace(/\/*$/, "/") ?? "",
      // Whoever may deploy there may have pods there.
      MLT_JENKINS_NAMESPACE: deploy.namespace,
      MLT_JENKINS_REPOSITORY: jenkins.repository ?? "",
      MLT_JENKINS_BRANCH: jenkins.branch,
      MLT_JENKINS_AGENT: jenkins.agent,
      MLT_JENKINS_MIN_METRIC: jenkins.min_metric ?? "",
      MLT_JENKINS_RUNTIME: ownImage("", source),
      MLT_JENKINS_AGENT_IMAGE: ownImage("-agent", source),
    };
  },
};

/** MiB of `512Mi` or `2Gi`, which the schema has checked. */
export function mebibytes(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith("Gi") ? 1_024 : 1);
}

function imageVariable(name: string): string {
  return `MLT_IMAGE_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** With the registry of the configuration, if it names one, in the place of the image's own. */
function image(name: string, { config, images }: VariableSource): string {
  const text = images[name];
  if (text === undefined) {
    throw new MltError(`There is no image "${name}" in stacks/images.yaml`, {
      hint: `Add a line "${name}: host/path:version".`,
    });
  }
  const { registry } = config.infra;
  const reference = parseImageReference(text);
  return formatImageReference(registry === undefined ? reference : { ...reference, registry });
}
