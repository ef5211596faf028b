#!/usr/bin/env bash
# Tells OpenSearch the user of Fluentd, the types of the records and how long to keep them. It may be run again.
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

# The user that Fluentd adds records as.
users() {
  local security=/_plugins/_security/api
  send PUT "$security/roles/mlt_fluentd" <<'JSON'
{
  "description": "Adds records of predictions, and reads none",
  "cluster_permissions": ["cluster_monitor", "indices:data/write/bulk"],
  "index_permissions": [
    {
      "index_patterns": ["fluentd-*"],
      "allowed_actions": [
        "create_index",
        "indices:admin/auto_create",
        "indices:admin/mapping/auto_put",
        "indices:data/write/bulk*",
        "indices:data/write/index"
      ]
    }
  ]
}
JSON
  printf '{"password": %s, "description": "Fluentd"}' "$(quoted search_fluentd_password)" |
    send PUT "$security/internalusers/mlt_fluentd"
  send PUT "$security/rolesmapping/mlt_fluentd" <<<'{"users": ["mlt_fluentd"]}'
}

# What an index of records is like.
types() {
  send PUT /_component_template/mlt-records <"$mlt/records.json"
  send PUT /_index_template/mlt-records <<'JSON'
{ "index_patterns": ["fluentd-*"], "priority": 200, "composed_of": ["mlt-records"] }
JSON
}

# How long an index is kept: by its age, and where days are set.
retention() {
  local path=/_plugins/_ism/policies/mlt-retention removed="" known place=""
  if [ "$MLT_RETENTION_DAYS" != 0 ]; then
    removed='[{"state_name": "removed", "conditions": {"min_index_age": "'"$MLT_RETENTION_DAYS"'d"}}]'
  fi
  # A policy that is there is changed only by who says which it was.
  if known="$(bash "$mlt/ask.sh" GET "$MLT_SEARCH_URL$path" 2>/dev/null)"; then
    place="?if_seq_no=$(number_of _seq_no "$known")&if_primary_term=$(number_of _primary_term "$known")"
  fi
  send PUT "$path$place" <<JSON
{
  "policy": {
    "description": "Keeps records of predictions for $MLT_RETENTION_DAYS days; 0: for ever",
    "default_state": "kept",
    "states": [
      { "name": "kept", "actions": [], "transitions": ${removed:-[]} },
      { "name": "removed", "actions": [{ "delete": {} }], "transitions": [] }
    ],
    "ism_template": [{ "index_patterns": ["fluentd-*"], "priority": 200 }]
  }
}
JSON
  if [ -n "$place" ]; then
    send POST "/_plugins/_ism/change_policy/fluentd-*" <<<'{"policy_id": "mlt-retention"}'
  fi
}

# A number of an answer, by its name.
number_of() {
  grep -o "\"$1\" *: *[0-9]*" <<<"$2" | head -n 1 | grep -o '[0-9]*$'
}

# The index of today, so that the dashboard finds one before the first prediction.
first_index() {
  local index
  index="fluentd-$(date -u +%Y%m%d)"
  if ! bash "$mlt/ask.sh" HEAD "$MLT_SEARCH_URL/$index" --head 2>/dev/null; then send PUT "/$index" <<<'{}'; fi
}

for step in ${MLT_STEPS:-users types retention first_index}; do "$step"; done
