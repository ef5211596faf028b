#!/usr/bin/env bash
# Starts Elasticsearch with the password of its user elastic. Its image would read the file itself, but only one that nobody else may read.
set -euo pipefail

ELASTIC_PASSWORD="$(</run/secrets/search_admin_password)"
export ELASTIC_PASSWORD
export ES_JAVA_OPTS="-Xms${MLT_HEAP_MB}m -Xmx${MLT_HEAP_MB}m"

# It reads files of its own folder alone. What is said here wins over its file of settings.
settings=()
if [ "$MLT_TLS" = true ]; then
  config=/usr/share/elasticsearch/config
  umask 077
  for name in efk_certificate efk_key; do
    rm -f "$config/$name.pem"
    cp "/run/secrets/$name" "$config/$name.pem"
  done
  umask 0002
  settings=(
    -Expack.security.http.ssl.enabled=true
    -Expack.security.http.ssl.certificate=efk_certificate.pem
    -Expack.security.http.ssl.key=efk_key.pem
  )
fi
exec /usr/local/bin/docker-entrypoint.sh eswrapper "${settings[@]}"
