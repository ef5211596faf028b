import { type Static, Type } from "@sinclair/typebox";
import { jsonBytes } from "./descriptor.ts";
import type { ImagePlan } from "./image-plan.ts";

/** What mlt reads of the configuration of an image that another stands on. */
export const BaseConfig = Type.Object({
  architecture: Type.String(),
  os: Type.String(),
  config: Type.Optional(
    Type.Union([
      Type.Null(),
      Type.Object({
        Env: Type.Optional(Type.Union([Type.Null(), Type.Array(Type.String())])),
        Labels: Type.Optional(Type.Union([Type.Null(), Type.Record(Type.String(), Type.String())])),
      }),
    ]),
  ),
  rootfs: Type.Object({ diff_ids: Type.Array(Type.String({ pattern: "^sha256:[0-9a-f]{64}$" })) }),
  history: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()))),
});
export type BaseConfig = Static<typeof BaseConfig>;

/** A layer as the configuration has it. */
export interface ConfiguredLayer {
  readonly name: string;
  /** Digest of its archive before that is compressed. */
  readonly diffId: string;
}

/** The OCI image configuration of a plan, as bytes: its digest is the image's id. */
export function imageConfig(
  plan: Pick<ImagePlan, "platform" | "runtime" | "created">,
  layers: readonly ConfiguredLayer[],
  base?: BaseConfig,
): Uint8Array<ArrayBuffer> {
  return jsonBytes({
    created: plan.created,
    architecture: plan.platform.architecture,
    os: plan.platform.os,
    config: runtimeConfig(plan.runtime, base),
    rootfs: {
      type: "layers",
      diff_ids: [...(base?.rootfs.diff_ids ?? []), ...layers.map(({ diffId }) => diffId)],
    },
    history: [
      ...historyOf(base),
      ...layers.map(({ name }) => ({ created: plan.created, created_by: `mlt build-image: ${name}` })),
    ],
  });
}

function runtimeConfig(runtime: ImagePlan["runtime"], base: BaseConfig | undefined) {
  const { healthcheck } = runtime;
  return {
    User: runtime.user,
    ...(runtime.port === undefined ? {} : { ExposedPorts: { [`${runtime.port}/tcp`]: {} } }),
    Env: environment(base?.config?.Env ?? [], runtime.env),
    Entrypoint: runtime.entrypoint,
    ...(runtime.cmd.length === 0 ? {} : { Cmd: runtime.cmd }),
    WorkingDir: runtime.workingDir,
    Labels: sortedByKey({ ...base?.config?.Labels, ...runtime.labels }),
    // No part of the OCI specification, but Docker and Podman read it there.
    ...(healthcheck.length === 0 ? {} : { Healthcheck: { Test: ["CMD", ...healthcheck] } }),
  };
}

/** The base's, and then the image's own, which win. */
function environment(base: readonly string[], own: Readonly<Record<string, string>>): string[] {
  const inherited = base.filter((variable) => !Object.hasOwn(own, variable.split("=", 1)[0] ?? ""));
  return [...inherited, ...Object.entries(sortedByKey(own)).map(([name, value]) => `${name}=${value}`)];
}

/** A base without a history gets one: a reader counts a step for each layer. */
function historyOf(base: BaseConfig | undefined): readonly unknown[] {
  if (base === undefined) return [];
  const history = base.history ?? [];
  const nLayers = history.filter((step) => step["empty_layer"] !== true).length;
  if (nLayers === base.rootfs.diff_ids.length) return history;
  return base.rootfs.diff_ids.map(() => ({ created_by: "base" }));
}

function sortedByKey<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(record).sort(([left], [right]) => (left < right ? -1 : Number(left > right))),
  );
}
