const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const length = 43;

/**
 * Makes a secret of 43 characters, more than 250 bits, which needs no quoting in a URI, a shell or YAML.
 * It has one of each kind of character, as some services ask of a password.
 *
 * @param randomBytes  gives as many bytes as it is asked for, of a source that nobody can foretell
 */
export function newSecret(randomBytes: (count: number) => Uint8Array): string {
  for (;;) {
    // 64 characters: six bits of a byte choose one, evenly.
    const text = Array.from(randomBytes(length), (byte) => alphabet[byte & 63]).join("");
    const hasAll = [/[A-Z]/, /[a-z]/, /[0-9]/, /[-_]/].every((kind) => kind.test(text));
    // At its beginning a hyphen would be a flag.
    if (hasAll && !text.startsWith("-")) return text;
  }
}
