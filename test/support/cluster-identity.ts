import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestAuthority } from "./certificates.ts";
import type { Cluster } from "./cluster.ts";

/** What a client of a cluster proves itself by. */
export type Credential = { readonly token: string } | { readonly certificate: string; readonly key: string };

export interface Kubeconfig {
  readonly server: string;
  /** PEM of the authority that the server's certificate is of. */
  readonly authority: string;
  readonly user: string;
  readonly credential: Credential;
  /** Of the context. */
  readonly namespace?: string;
}

/** The credential of a pair of files, `<name>.pem` and `<name>.key`. */
export function certificateOf(dir: string, name: string): Credential {
  return {
    certificate: readFileSync(join(dir, `${name}.pem`), "utf8"),
    key: readFileSync(join(dir, `${name}.key`), "utf8"),
  };
}

/** Writes a kubeconfig that only its owner can read; JSON is YAML. */
export function writeKubeconfig(path: string, config: Kubeconfig): void {
  const { server, authority, user, credential, namespace = "default" } = config;
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const proof =
    "token" in credential
      ? { token: credential.token }
      : {
          "client-certificate-data": base64(credential.certificate),
          "client-key-data": base64(credential.key),
        };
  const document = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "certificate-authority-data": base64(authority) } }],
    users: [{ name: user, user: proof }],
    contexts: [{ name: "test", context: { cluster: "test", user, namespace } }],
    "current-context": "test",
  };
  writeFileSync(path, JSON.stringify(document, null, 2), { mode: 0o600 });
}

/** A user of one namespace. */
export interface ClusterUser {
  readonly namespace: string;
  readonly rules: readonly RoleRule[];
  /** What the user may do beyond the namespace, such as to list nodes; nothing where it is left out. */
  readonly clusterRules?: readonly RoleRule[];
  /**
   * `token` is one of a service account of the user's name. Two are refused: an `unknown-token`, and an
   * `expired-certificate`, of the year 2020. A certificate that holds where it is left out.
   */
  readonly credential?: "certificate" | "expired-certificate" | "token" | "unknown-token";
}

export interface UserOfCluster {
  readonly cluster: Pick<Cluster, "url" | "dir" | "apply" | "kubectl">;
  readonly authority: TestAuthority;
  readonly user: string;
  readonly rights: ClusterUser;
}

/** Gives a user rights, and writes the user's kubeconfig; its path. */
export async function writeUserKubeconfig({ cluster, authority, user, rights }: UserOfCluster) {
  const { namespace, rules, clusterRules = [], credential: kind = "certificate" } = rights;
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: user, namespace } };
  if (kind === "token") await cluster.apply(account);
  const subject =
    kind === "token"
      ? { kind: "ServiceAccount", name: user, namespace }
      : { kind: "User", name: user, apiGroup: rbac };
  await cluster.apply(
    ...role("Role", { name: `test-${user}`, namespace }, rules, subject),
    ...role("ClusterRole", { name: `test-${user}` }, clusterRules, subject),
  );
  const path = join(cluster.dir, `${user}.kubeconfig`);
  const credential = await prove();
  writeKubeconfig(path, {
    ...{ server: cluster.url, authority: authority.root, user, credential, namespace },
  });
  return path;

  async function prove(): Promise<Credential> {
    if (kind === "unknown-token") return { token: "no-token-of-this-cluster" };
    if (kind === "token") {
      return { token: (await cluster.kubectl(["create", "token", user, "--namespace", namespace])).trim() };
    }
    authority.issueClient(user, `/CN=${user}`, kind === "certificate" ? "valid" : "expired");
    return certificateOf(cluster.dir, user);
  }
}

const rbac = "rbac.authorization.k8s.io";

/** Rights, and what binds a user to them. */
function role(
  kind: "Role" | "ClusterRole",
  metadata: { readonly name: string; readonly namespace?: string },
  rules: readonly RoleRule[],
  subject: object,
): object[] {
  const apiVersion = `${rbac}/v1`;
  const roleRef = { apiGroup: rbac, kind, name: metadata.name };
  return [
    { apiVersion, kind, metadata, rules },
    { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects: [subject] },
  ];
}

/** A rule of a Role, as Kubernetes has it. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}
