import { Type } from "@sinclair/typebox";
import type { Cluster } from "./cluster.ts";
import { printedAs } from "./printed-json.ts";

/** A Secret of the namespace. */
export interface ClusterSecret {
  readonly name: string;
  /** `Opaque`, `kubernetes.io/tls` … */
  readonly type: string;
  /** As text, by key. Never shown, never written. */
  readonly values: Readonly<Record<string, string>>;
}

const Secret = Type.Object({
  metadata: Type.Object({ name: Type.String() }),
  type: Type.Optional(Type.String()),
  data: Type.Optional(Type.Record(Type.String(), Type.String())),
});

/** Reads those of the named Secrets that are there, in the order of their names. */
export async function readSecrets(
  cluster: Cluster,
  names: readonly string[],
): Promise<readonly ClusterSecret[]> {
  const read = [...new Set(names)].map((name) => readSecret(cluster, name));
  return (await Promise.all(read)).filter((secret) => secret !== undefined);
}

async function readSecret(cluster: Cluster, name: string): Promise<ClusterSecret | undefined> {
  const said = await cluster.kubectl(["get", "secret", name, "--ignore-not-found", "--output", "json"]);
  if (said.trim() === "") return undefined;
  const { type = "Opaque", data = {} } = printedAs("kubectl", Secret, said);
  const values = Object.entries(data).map(([key, text]) => [key, decoded(text)]);
  return { name, type, values: Object.fromEntries(values) };
}

function decoded(base64: string): string {
  return new TextDecoder().decode(Uint8Array.fromBase64(base64));
}
