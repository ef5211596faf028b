#!/usr/bin/env bash
# Installs what the benchmarks compare with, to a cache outside of the repository; prints its Python.
set -euo pipefail
cd "$(dirname "$0")"
venv="${MLT_TOOLS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/mlt-tools}/peers"
if ! "$venv/bin/python" -c 'import fastapi, pandas, sklearn, uvicorn' 2>/dev/null; then
  python3 -m venv "$venv" >&2
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement requirements.txt >&2
fi
echo "$venv/bin/python"
