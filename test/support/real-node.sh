#!/bin/sh
# A node of Kubernetes in namespaces of its own: containerd, kubelet and kube-proxy. This is process 1 of them: all that
# it starts, pods too, ends with it, and then its network and its mounts are gone too. Run as
#   unshare --mount --ipc --uts --pid --fork --mount-proc --kill-child sh real-node.sh <folder> <name> <network> <port>...
# where the folder has the settings, the network is the first three numbers of the addresses of machine (1) and node (2),
# and the ports are those of the machine's 127.0.0.1 that the node has too. With a folder alone it only looks whether it
# may do what a node has to.
set -eu
dir=$1

# What programs write outside of the folder stays in it.
mount --make-rprivate /
mkdir -p "$dir/var" "$dir/var.work"
mount -t overlay overlay -o "lowerdir=/var,upperdir=$dir/var,workdir=$dir/var.work" /var
mount -t tmpfs tmpfs /run
# The kubelet sets these for the whole machine, unless they are as it wants them.
while read -r setting value; do
  wanted="$dir/wanted.${setting##*/}"
  echo "$value" >"$wanted"
  mount --bind "$wanted" "/proc/sys/$setting"
done <<EOF
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
EOF
# As pods of a node share mounts with it.
mount --make-rshared /

if [ $# = 1 ]; then
  unshare --net ip link add mlt-check type bridge
  exit
fi
name=$2 network=$3
shift 3

# A cable between machine and node; it goes with the node's network.
ip link add "$name" type veth peer name "${name}n"
ip addr add "$network.1/24" dev "$name"
ip link set "$name" up

# Sockets that have a path reach from one network into the other.
for port in "$@"; do
  socat "UNIX-LISTEN:$dir/$port.sock,fork" "TCP:127.0.0.1:$port" &
done
sleep infinity &
machine=$!
export dir name network machine

exec unshare --net sh -euc '
  nsenter --net="/proc/$machine/ns/net" ip link set "${name}n" netns $$
  ip link set lo up
  ip link set "${name}n" name eth0
  ip addr add "$network.2/24" dev eth0
  ip link set eth0 up
  ip route add default via "$network.1"
  echo 1 >/proc/sys/net/ipv4/ip_forward
  # While kube-proxy changes its rules a new connection may slip through to the address of a Service itself. Dropped here,
  # before the kernel takes note of it, it is tried again a second later; forwarded, it would hang.
  for from in eth0 pods; do ip rule add to 10.96.0.0/16 iif "$from" blackhole; done
  for port in "$@"; do
    socat "TCP-LISTEN:$port,fork,reuseaddr" "UNIX-CONNECT:$dir/$port.sock" &
  done
  containerd --config "$dir/containerd.toml" >"$dir/containerd.log" 2>&1 &
  until ctr --address "$dir/containerd.sock" version >/dev/null 2>&1; do sleep 0.05; done
  kube-proxy --config "$dir/kube-proxy.json" --hostname-override "$name" >"$dir/kube-proxy.log" 2>&1 &
  kubelet --config "$dir/kubelet.json" --kubeconfig "$dir/kubeconfig" --root-dir "$dir/kubelet" \
    --hostname-override "$name" --node-ip "$network.2" >"$dir/kubelet.log" 2>&1 &
  echo ready
  wait
' node "$@"
