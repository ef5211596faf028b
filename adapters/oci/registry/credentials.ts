/** Who asks a registry: a name with its password, or the token that an earlier login was answered with. */
export type Credentials =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string };

/** Finds the credentials for a registry such as `docker.io` or `localhost:5000`, where there are any. */
export type CredentialSource = (registry: string) => Promise<Credentials | undefined>;

/** Asks for each registry once. */
export function rememberedCredentials(source: CredentialSource): CredentialSource {
  const known = new Map<string, Promise<Credentials | undefined>>();
  return (registry) => {
    const found = known.get(registry) ?? source(registry);
    known.set(registry, found);
    return found;
  };
}
