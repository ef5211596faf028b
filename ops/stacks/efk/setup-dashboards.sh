#!/usr/bin/env bash
# Puts the data view and the dashboard into Dashboards or Kibana, in place of those of that name.
set -euo pipefail

mlt="${MLT_HOME:-/mlt}"
# shellcheck source=opensearch/names.sh
source "$mlt/names.sh"
answer="$(bash "$mlt/ask.sh" POST "$MLT_DASHBOARDS_URL/api/saved_objects/_import?overwrite=true" \
  --header "$anti_forgery: true" --header "securitytenant: global" --form "file=@$mlt/saved-objects.ndjson")"
# What it does not take it names in an answer that is a success.
if [[ "$answer" != *'"success":true'* ]]; then
  echo "Cannot import all of the dashboard: $answer" >&2
  exit 1
fi
echo "The dashboard is at /app/dashboards#/view/mlt-predictions"
