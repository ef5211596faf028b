import type { SinkName, SinkProject } from "./logging-sinks.ts";

/** What the process that delivers the prediction log has counted for one sink. */
export interface SinkCounts {
  readonly sink: SinkName;
  readonly delivered: number;
  readonly refused: number;
  /** Records that wait. */
  readonly pending: number;
}

/** What a service tells the process that delivers its prediction log. */
export type ToSender =
  /** First of all: whose log, and whether it is to take time of the machine that others want. */
  | { readonly type: "deliver"; readonly project: SinkProject; readonly hurries: boolean }
  /** Asks for what was counted. */
  | { readonly type: "count"; readonly id: number }
  /** Nothing more will be written: deliver what is there, and end. */
  | { readonly type: "finish"; readonly withinMs: number };

/** What the process that delivers tells the service. */
export type FromSender =
  | {
      readonly type: "counted";
      /** Of the question; 0 for the last counts before the end. */
      readonly id: number;
      readonly sinks: readonly SinkCounts[];
    }
  /** The machine leaves it no time, and it has fallen behind: it ends, so that one that hurries takes its place. */
  | { readonly type: "late" }
  /** It hurries no more. */
  | { readonly type: "caught_up" };
