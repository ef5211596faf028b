/** What a look at the data before a training may find, the most telling first. */
export const findingKinds = [
  "leak",
  "held_out_row_learned",
  "id_like",
  "constant_target",
  "dominant_class",
  "small_class",
  "repeated_row",
  "constant",
  "missing",
  "dominant_value",
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** Something about the data that a model will not say by itself. */
export interface DataFinding {
  readonly kind: FindingKind;
  /** The features that it is about, or the classes; empty where it is about rows. */
  readonly names: readonly string[];
  /** Rows that it is about, where it is about rows. */
  readonly rows?: number;
  /** A plain sentence or two. */
  readonly message: string;
}

/** Whether the scores say more than the model will do. */
export function questionsScores({ kind }: DataFinding): boolean {
  return kind === "leak" || kind === "held_out_row_learned";
}
