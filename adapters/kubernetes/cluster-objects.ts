import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

const text = Type.Optional(Type.String());
const number = Type.Optional(Type.Number());
const texts = Type.Optional(Type.Record(Type.String(), Type.String()));

const Metadata = Type.Object({
  name: Type.String(),
  uid: Type.String(),
  generation: number,
  creationTimestamp: text,
  deletionTimestamp: text,
  annotations: texts,
  labels: texts,
  ownerReferences: Type.Optional(Type.Array(Type.Object({ uid: Type.String() }))),
});

const Condition = Type.Object({
  type: Type.String(),
  status: Type.String(),
  reason: text,
  message: text,
  lastTransitionTime: text,
});
const conditions = Type.Optional(Type.Array(Condition));

const Terminated = Type.Object({ exitCode: number, reason: text });
const ContainerState = Type.Object({
  waiting: Type.Optional(Type.Object({ reason: text, message: text })),
  running: Type.Optional(Type.Object({})),
  terminated: Type.Optional(Terminated),
});

const ContainerStatus = Type.Object({
  name: text,
  ready: Type.Boolean(),
  started: Type.Optional(Type.Boolean()),
  restartCount: Type.Number(),
  image: text,
  state: Type.Optional(ContainerState),
  lastState: Type.Optional(Type.Object({ terminated: Type.Optional(Terminated) })),
});
export type ContainerStatus = Static<typeof ContainerStatus>;

const Pod = Type.Object({
  kind: Type.Literal("Pod"),
  metadata: Metadata,
  spec: Type.Object({
    nodeName: text,
    containers: Type.Array(
      Type.Object({
        name: text,
        image: text,
        ports: Type.Optional(Type.Array(Type.Object({ name: text, containerPort: Type.Number() }))),
      }),
    ),
  }),
  status: Type.Object({
    phase: text,
    reason: text,
    message: text,
    conditions,
    containerStatuses: Type.Optional(Type.Array(ContainerStatus)),
  }),
});
export type Pod = Static<typeof Pod>;

const ReplicaSet = Type.Object({
  kind: Type.Literal("ReplicaSet"),
  metadata: Metadata,
  status: Type.Object({ conditions }),
});
export type ReplicaSet = Static<typeof ReplicaSet>;

const Deployment = Type.Object({
  kind: Type.Literal("Deployment"),
  metadata: Metadata,
  spec: Type.Object({ replicas: number }),
  status: Type.Object({
    observedGeneration: number,
    replicas: number,
    updatedReplicas: number,
    readyReplicas: number,
    availableReplicas: number,
    conditions,
  }),
});
export type Deployment = Static<typeof Deployment>;

const Event = Type.Object({
  kind: Type.Literal("Event"),
  type: text,
  reason: text,
  message: text,
  count: number,
  lastTimestamp: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  eventTime: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});
export type ClusterEvent = Static<typeof Event>;

const Autoscaler = Type.Object({
  kind: Type.Literal("HorizontalPodAutoscaler"),
  metadata: Metadata,
  spec: Type.Object({ minReplicas: number, maxReplicas: Type.Number() }),
  status: Type.Object({ currentReplicas: number, desiredReplicas: number }),
});

const Items = Type.Object({ items: Type.Array(Type.Unknown()) });

/** What kubectl printed as JSON, by kind; what has another form than Kubernetes gives it is left out. */
export interface ClusterObjects {
  readonly deployments: readonly Deployment[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  readonly events: readonly ClusterEvent[];
  readonly autoscalers: readonly Static<typeof Autoscaler>[];
}

/** Reads a list of objects, or none where it is no list. */
export function clusterObjects(list: unknown): ClusterObjects {
  const items = Value.Check(Items, list) ? list.items : [];
  const of = <Schema extends TSchema>(schema: Schema) =>
    items.filter((item): item is Static<Schema> => Value.Check(schema, item));
  return {
    deployments: of(Deployment),
    replicaSets: of(ReplicaSet),
    pods: of(Pod),
    events: of(Event),
    autoscalers: of(Autoscaler),
  };
}
