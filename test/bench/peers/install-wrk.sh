#!/usr/bin/env bash
# Installs wrk, which makes the load of the benchmarks, from Debian; prints its version.
set -euo pipefail
if ! command -v wrk >/dev/null; then
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wrk >&2
fi
# wrk --version ends with 1.
(wrk --version || true) | head -n 1 | cut -d ' ' -f 1,2
