#!/usr/bin/env bash
# Starts Elasticsearch with the password of its user elastic. Its image would read the file itself, but only one that nobody else may read.
set -euo pipefail

ELASTIC_PASSWORD="$(</run/secrets/search_admin_password)"
export ELASTIC_PASSWORD
export ES_JAVA_OPTS="-Xms${MLT_HEAP_MB}m -Xmx${MLT_HEAP_MB}m"
exec /usr/local/bin/docker-entrypoint.sh eswrapper
