#!/usr/bin/env bash
# Tells Elasticsearch its users, the types of the records and how long to keep them. It may be run again.
set -euo pipefail

mlt="${MLT_HOME:-/mlt}"
secrets="${MLT_SECRETS:-/run/secrets}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# Sends what comes on standard input as JSON; prints the answer.
send() {
  cat >"$work/body.json"
  bash "$mlt/ask.sh" "$1" "$MLT_SEARCH_URL$2" --header "content-type: application/json" --data-binary "@$work/body.json"
}

# A secret as a text of JSON.
quoted() {
  local text
  text="$(<"$secrets/$1")"
  text="${text//\\/\\\\}"
  printf '"%s"' "${text//\"/\\\"}"
}

# The users of Kibana and of Fluentd.
users() {
  printf '{"password": %s}' "$(quoted search_dashboards_password)" |
    send POST /_security/user/kibana_system/_password
  send PUT /_security/role/mlt_fluentd <<'JSON'
{
  "description": "Adds records of predictions, and reads none",
  "cluster": ["monitor"],
  "indices": [{ "names": ["fluentd-*"], "privileges": ["auto_configure", "create_doc"] }]
}
JSON
  printf '{"password": %s, "roles": ["mlt_fluentd"], "full_name": "Fluentd"}' \
    "$(quoted search_fluentd_password)" | send PUT /_security/user/mlt_fluentd
}

# What an index of records is like.
types() {
  send PUT /_component_template/mlt-records <"$mlt/records.json"
  send PUT /_component_template/mlt-retention <<'JSON'
{ "template": { "settings": { "index.lifecycle.name": "mlt-retention" } } }
JSON
  send PUT /_index_template/mlt-records <<'JSON'
{ "index_patterns": ["fluentd-*"], "priority": 200, "composed_of": ["mlt-records", "mlt-retention"] }
JSON
}

# How long an index is kept: by its age, and where days are set.
retention() {
  local removed=""
  if [ "$MLT_RETENTION_DAYS" != 0 ]; then
    removed=', "delete": {"min_age": "'"$MLT_RETENTION_DAYS"'d", "actions": {"delete": {}}}'
  fi
  send PUT /_ilm/policy/mlt-retention <<JSON
{ "policy": { "phases": { "hot": { "actions": {} }$removed } } }
JSON
}

# The index of today, so that the dashboard finds one before the first prediction.
first_index() {
  local index
  index="fluentd-$(date -u +%Y%m%d)"
  if ! bash "$mlt/ask.sh" HEAD "$MLT_SEARCH_URL/$index" --head 2>/dev/null; then send PUT "/$index" <<<'{}'; fi
}

for step in ${MLT_STEPS:-users retention types first_index}; do "$step"; done
