/** What the programs of a node are told: texts by file name, for a node that keeps everything in the folder. */
export function nodeSettings(dir: string, cgroup: string): Readonly<Record<string, string>> {
  return {
    "containerd.toml": containerd(dir),
    "cni/10-pods.conflist": JSON.stringify(podNetwork(dir)),
    "kubelet.json": JSON.stringify(kubelet(dir, cgroup)),
    "kube-proxy.json": JSON.stringify(kubeProxy(dir)),
  };
}

/** The image that holds a pod's namespaces; `pauseImage` makes it. */
export const pauseReference = "mlt.test/pause:1";

/** Where kube-proxy says, on the node, whether its rules are in force. */
export const proxyHealthPort = 10_256;

/** Of the pods, inside of the node's own network. */
const podAddresses = "10.244.0.0/24";

function containerd(dir: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  // May raise no priority for itself: a container of containers has no right to.
  return `version = 2
root = "${dir}/containerd"
state = "${dir}/containerd.state"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
address = "${dir}/containerd.sock"
[${cri}]
sandbox_image = "${pauseReference}"
restrict_oom_score_adj = true
disable_apparmor = true
stream_server_address = "127.0.0.1"
netns_mounts_under_state_dir = true
[${cri}.cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${dir}/cni"
[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
SystemdCgroup = false
`;
}

function podNetwork(dir: string) {
  const ipam = {
    type: "host-local",
    dataDir: `${dir}/addresses`,
    ranges: [[{ subnet: podAddresses }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  const bridge = { type: "bridge", bridge: "pods", isGateway: true, hairpinMode: true, ipam };
  return { cniVersion: "1.0.0", name: "pods", plugins: [bridge] };
}

function kubelet(dir: string, cgroup: string) {
  const nothing = { enabled: false };
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    // Only the machine and the pods reach it.
    authentication: { anonymous: { enabled: true }, webhook: nothing },
    authorization: { mode: "AlwaysAllow" },
    containerRuntimeEndpoint: `unix://${dir}/containerd.sock`,
    cgroupDriver: "cgroupfs",
    cgroupRoot: cgroup,
    enforceNodeAllocatable: ["pods"],
    failSwapOn: false,
    failCgroupV1: false,
    oomScoreAdj: 0,
    readOnlyPort: 0,
    healthzPort: 0,
    resolvConf: "",
    podLogsDir: `${dir}/pod-logs`,
    volumePluginDir: `${dir}/volume-plugins`,
    localStorageCapacityIsolation: false,
    // A full disk of the machine is no matter of the tests.
    evictionHard: { "memory.available": "0%", "nodefs.available": "0%", "imagefs.available": "0%" },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    nodeStatusUpdateFrequency: "2s",
    syncFrequency: "5s",
    registerNode: true,
    // Leaves the packet filter to kube-proxy, whose changes fail where another's come in between.
    makeIPTablesUtilChains: false,
    logging: { verbosity: 1 },
  };
}

function kubeProxy(dir: string) {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    clientConnection: { kubeconfig: `${dir}/kubeconfig` },
    mode: "iptables",
    clusterCIDR: podAddresses,
    // Limits of the machine; 0 leaves them.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    oomScoreAdj: 0,
    healthzBindAddress: `0.0.0.0:${proxyHealthPort}`,
    metricsBindAddress: "127.0.0.1:10249",
    // After a change that failed it tries again within the period.
    iptables: { minSyncPeriod: "0s", syncPeriod: "1s" },
  };
}
