#!/usr/bin/env bash
# Asks as the administrator: ask.sh METHOD URL [curl's arguments]. Prints the answer, and ends with 1 unless it is a success.
# The password goes to curl by a file that only the two have open: arguments can be read by everybody on the machine.
set -euo pipefail

mlt="${MLT_HOME:-/mlt}"
secrets="${MLT_SECRETS:-/run/secrets}"
# shellcheck source=opensearch/names.sh
source "$mlt/names.sh"

method="$1" url="$2"
shift 2
password="$(<"$secrets/search_admin_password")"
password="${password//\\/\\\\}"
password="${password//\"/\\\"}"
answer="$(curl --config <(printf 'user = "%s:%s"\n' "$administrator" "$password") \
  --cacert "$secrets/efk_authority" --silent --show-error --max-time 60 --request "$method" --write-out '\n%{http_code}' "$@" "$url")"
status="${answer##*$'\n'}"
printf '%s\n' "${answer%$'\n'*}"
if [[ "$status" != 2* ]]; then
  echo "$method ${url%%\?*} answered $status" >&2
  exit 1
fi
