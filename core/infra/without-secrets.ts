/** What is shorter is no secret that anybody keeps: `a`, `}`. */
const shortest = 4;

/** The text with each line of each secret replaced, wherever it stands. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const parts = secrets.flatMap((secret) => secret.split("\n")).map((line) => line.trim());
  // The longest first: it may have a shorter one in it.
  const hidden = [...new Set(parts)].filter(({ length }) => length >= shortest);
  return hidden
    .sort((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, "(a secret)"), text);
}
