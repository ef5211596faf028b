import type { AnswerTarget } from "./answer-target.ts";

/** Warns of services that others reach without TLS: passwords and records cross the network as they are. */
export function openPortWarnings(
  bind: string,
  targets: readonly Pick<AnswerTarget, "name" | "protocol" | "authority">[],
): readonly string[] {
  if (bind.startsWith("127.") || bind === "::1") return [];
  const names = targets
    .filter(({ protocol, authority }) => protocol !== "https" && authority === undefined)
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `${names.join(", ")} ${names.length === 1 ? "is" : "are"} open on ${bind} without TLS: set infra.efk.tls for the log search, and have a proxy with a certificate in front of others`,
  ];
}
