#!/usr/bin/env bash
# Installs one peer of the benchmarks, fastapi, bentoml or mlserver, to a cache outside of the repository;
# prints the folder of its programs.
set -euo pipefail
cd "$(dirname "$0")"
requirements="$1.txt"
venv="${MLT_TOOLS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/mlt-tools}/peers-$1"
# The copy is written last: it says that all of it is there, in these versions.
if ! cmp --silent "$requirements" "$venv/installed.txt"; then
  python3 -m venv "$venv" >&2
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2
  cp "$requirements" "$venv/installed.txt"
fi
echo "$venv/bin"
