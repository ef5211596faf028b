/** Whether a key of this name would hold a password, token or other credential: `api_key`, `dbPassword` … */
export function isSecretName(name: string): boolean {
  return /passw(or)?d|passphrase|token|secret|credential|api_?key/i.test(name) || keyAsWord.test(name);
}

/** `key` in `access_key` or `accessKey`, and not in `keyboard` or `monkey`. */
const keyAsWord = /(^|[^a-zA-Z])keys?($|[^a-zA-Z])|(Key|KEY)s?($|[^a-z])/;
