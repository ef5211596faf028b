import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where the parts of a cluster are. */
export interface ClusterPlace {
  /** Folder of certificates and of all that the parts write. */
  readonly dir: string;
  /** Ports of 127.0.0.1. */
  readonly ports: {
    readonly etcd: number;
    readonly peer: number;
    readonly api: number;
    readonly kwok: number;
  };
}

/** Level of the Pod Security Standards, as Kubernetes names them. */
export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

/** The store: what it has is gone with the test, so it waits for no disk. */
export function etcd({ dir, ports }: ClusterPlace): string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  return [
    ...["etcd", "--name", "test", "--data-dir", join(dir, "etcd"), "--unsafe-no-fsync"],
    ...["--listen-client-urls", client, "--advertise-client-urls", client],
    ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer],
    ...["--initial-cluster", `test=${peer}`, "--logger", "zap", "--log-level", "error"],
  ];
}

/** With the admission that Kubernetes has by default, and a level for namespaces that say none. */
export function apiServer({ dir, ports }: ClusterPlace, podSecurity: PodSecurityLevel): string[] {
  const file = (name: string) => join(dir, name);
  const admission = {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AdmissionConfiguration",
    plugins: [
      {
        name: "PodSecurity",
        configuration: {
          apiVersion: "pod-security.admission.config.k8s.io/v1",
          kind: "PodSecurityConfiguration",
          defaults: { enforce: podSecurity },
        },
      },
    ],
  };
  writeFileSync(file("admission.json"), JSON.stringify(admission));
  return [
    "kube-apiserver",
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    ...["--bind-address=127.0.0.1", `--secure-port=${ports.api}`],
    // It takes no address of this machine's own loopback here; nothing is ever sent to this one.
    ...["--advertise-address=192.0.2.1", "--endpoint-reconciler-type=none"],
    ...[`--tls-cert-file=${file("api.pem")}`, `--tls-private-key-file=${file("api.key")}`],
    `--client-ca-file=${file("middle.pem")}`,
    ...["--service-account-issuer=https://kubernetes.default.svc", "--api-audiences=kubernetes"],
    `--service-account-key-file=${file("accounts.key")}`,
    `--service-account-signing-key-file=${file("accounts.key")}`,
    ...["--authorization-mode=Node,RBAC", `--admission-control-config-file=${file("admission.json")}`],
    ...["--service-cluster-ip-range=10.96.0.0/16", "--allow-privileged=true", "--profiling=false"],
    "--kubelet-preferred-address-types=InternalIP",
    ...[`--kubelet-client-certificate=${file("admin.pem")}`, `--kubelet-client-key=${file("admin.key")}`],
    // Ends at once, rather than after its requests.
    "--shutdown-delay-duration=0",
  ];
}

/** Looks often: its defaults are for clusters of thousands. */
export function controllerManager({ dir }: ClusterPlace, kubeconfig: string): string[] {
  return [
    ...["kube-controller-manager", `--kubeconfig=${kubeconfig}`, "--secure-port=0", "--leader-elect=false"],
    `--service-account-private-key-file=${join(dir, "accounts.key")}`,
    `--root-ca-file=${join(dir, "authority.pem")}`,
    ...[
      "--node-monitor-period=1s",
      "--pvclaimbinder-sync-period=1s",
      "--horizontal-pod-autoscaler-sync-period=1s",
    ],
    ...["--kube-api-qps=500", "--kube-api-burst=1000", "--profiling=false"],
  ];
}

export function scheduler(kubeconfig: string): string[] {
  return [
    ...["kube-scheduler", `--kubeconfig=${kubeconfig}`, "--secure-port=0", "--leader-elect=false"],
    ...["--kube-api-qps=500", "--kube-api-burst=1000", "--profiling=false"],
  ];
}

/** Of the nodes that kwok plays; a cluster may have others. */
export const playedLabel = { "mlt.test/played": "" };

/** Plays nodes, and their kubelets for logs and forwarded ports. */
export function kwok({ dir, ports }: ClusterPlace, kubeconfig: string, plan: string): string[] {
  return [
    ...["kwok", `--kubeconfig=${kubeconfig}`, `--config=${plan}`, "--manage-all-nodes=false"],
    `--manage-nodes-with-label-selector=${Object.keys(playedLabel)}`,
    ...["--cidr=10.128.0.1/16", "--node-ip=127.0.0.1", `--node-port=${ports.kwok}`],
    ...[`--server-address=127.0.0.1:${ports.kwok}`, "--node-lease-duration-seconds=40"],
    ...[`--tls-cert-file=${join(dir, "api.pem")}`, `--tls-private-key-file=${join(dir, "api.key")}`],
  ];
}
