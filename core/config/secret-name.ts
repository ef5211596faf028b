import type { TSchema } from "@sinclair/typebox";

/** Whether a value is a secret: its schema's annotation `secret` says so, or, where there is none, its name. */
export function isSecret(name: string, schema: TSchema | undefined): boolean {
  const mark: unknown = schema?.["secret"];
  return typeof mark === "boolean" ? mark : isSecretName(name);
}

/** Whether a key of this name would hold a password, token or other credential: `api_key`, `dbPassword` … */
export function isSecretName(name: string): boolean {
  return /passw(or)?d|passphrase|token|secret|credential|api_?key/i.test(name) || keyAsWord.test(name);
}

/** `key` in `access_key` or `accessKey`, and not in `keyboard` or `monkey`. */
const keyAsWord = /(^|[^a-zA-Z])keys?($|[^a-zA-Z])|(Key|KEY)s?($|[^a-z])/;
