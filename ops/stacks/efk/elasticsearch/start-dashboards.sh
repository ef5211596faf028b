#!/usr/bin/env bash
# Starts Kibana. Its file of settings takes the secrets from the environment: arguments can be read by everybody on the machine.
set -euo pipefail

MLT_DASHBOARDS_PASSWORD="$(</run/secrets/search_dashboards_password)"
MLT_COOKIE_KEY="$(</run/secrets/dashboards_cookie_key)"
export MLT_DASHBOARDS_PASSWORD MLT_COOKIE_KEY
# The later file wins.
settings=(--config /mlt/dashboards.yml)
if [ "$MLT_TLS" = true ]; then settings+=(--config /mlt/dashboards-tls.yml); fi
exec /usr/share/kibana/bin/kibana "${settings[@]}"
