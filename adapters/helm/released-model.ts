import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { manifestObjects } from "./manifest-diff.ts";

/** What a release serves, as its manifest has it. */
export interface ReleasedModel {
  readonly id: string;
  readonly version: string;
  /** With its digest. */
  readonly image: string;
}

const Template = Type.Object({
  metadata: Type.Object({ annotations: Type.Record(Type.String(), Type.String()) }),
  spec: Type.Object({ containers: Type.Array(Type.Object({ image: Type.String() }), { minItems: 1 }) }),
});
const Deployment = Type.Object({
  spec: Type.Object({ replicas: Type.Optional(Type.Integer()), template: Template }),
});

/** The template of the pods in a manifest. */
export type PodTemplate = Static<typeof Template>;

/** How the pods of a release are made; `undefined` where it makes none. */
export function podTemplate(manifest: string): PodTemplate | undefined {
  return deploymentOf(manifest)?.template;
}

/** How many pods a release has; `undefined` where it makes none, or an autoscaler decides. */
export function fixedReplicas(manifest: string): number | undefined {
  return deploymentOf(manifest)?.replicas;
}

function deploymentOf(manifest: string) {
  const deployment = manifestObjects(manifest).find(({ kind }) => kind === "Deployment")?.data;
  return Value.Check(Deployment, deployment) ? deployment.spec : undefined;
}

/** The model that the pods of a release have; `undefined` where it makes none. */
export function releasedModel(manifest: string): ReleasedModel | undefined {
  const template = podTemplate(manifest);
  if (template === undefined) return undefined;
  const { annotations } = template.metadata;
  return {
    id: annotations["mlt.io/model-id"] ?? "",
    version: annotations["mlt.io/model-version"] ?? "",
    image: template.spec.containers[0]?.image ?? "",
  };
}
