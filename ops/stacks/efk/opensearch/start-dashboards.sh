#!/usr/bin/env bash
# Starts Dashboards. Its file of settings takes the secrets from the environment: arguments can be read by everybody on the machine.
set -euo pipefail

MLT_DASHBOARDS_PASSWORD="$(</run/secrets/search_dashboards_password)"
MLT_COOKIE_KEY="$(</run/secrets/dashboards_cookie_key)"
export MLT_DASHBOARDS_PASSWORD MLT_COOKIE_KEY
exec /usr/share/opensearch-dashboards/bin/opensearch-dashboards --config /mlt/dashboards.yml
