#!/usr/bin/env bash
# Installs the outside tools that the tests use: Debian packages, a Python environment and Deno.
# Everything that is not Debian's goes to a cache outside of the repository. Prints, last, the PATH to run the tests with.
set -euo pipefail

cache="${MLT_TOOLS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/mlt-tools}"
mkdir -p "$cache"

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

debian=(chromium curl fish git openssl zsh)
missing=()
for package in "${debian[@]}"; do
  command -v "$package" >/dev/null || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  retry apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive retry apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

# The checker of ONNX files.
if ! "$cache/python/bin/python" -c 'import onnx' 2>/dev/null; then
  python3 -m venv "$cache/python" >&2
  retry "$cache/python/bin/pip" install --quiet --disable-pip-version-check 'onnx==1.19.1' >&2
fi

# A client of the Open Inference Protocol.
if ! "$cache/python/bin/python" -c 'import tritonclient.http' 2>/dev/null; then
  retry "$cache/python/bin/pip" install --quiet --disable-pip-version-check 'tritonclient[http]==2.73.0' >&2
fi

# The second runtime that the source runs on.
if ! "$cache/deno/bin/deno" --version >/dev/null 2>&1; then
  retry npm install --prefix "$cache/deno-package" --no-save --ignore-scripts --loglevel=error 'deno@2.9.6' >&2
  mkdir -p "$cache/deno/bin"
  cp "$cache"/deno-package/node_modules/@deno/*/deno "$cache/deno/bin/deno"
fi

echo "$cache/python/bin:$cache/deno/bin:$PATH"
