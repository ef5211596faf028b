#!/usr/bin/env bash
# Starts OpenSearch with users of its own, and with a certificate that it makes for itself: those that it comes with are known to everybody.
set -euo pipefail

home=/usr/share/opensearch
config="$home/config"
export OPENSEARCH_JAVA_HOME="$home/jdk"

# The hash of a secret, as the file of users has it.
hash_of() {
  MLT_PASSWORD="$(<"/run/secrets/$1")" bash "$home/plugins/opensearch-security/tools/hash.sh" -env MLT_PASSWORD |
    grep -o '^[$]2[aby][$][./A-Za-z0-9$]*$'
}

umask 077
# They are read where the volume is new. The file of the image may be read by others: it goes.
users="$config/opensearch-security/internal_users.yml"
rm -f "$users"
cat >"$users" <<USERS
_meta:
  type: internalusers
  config_version: 2
admin:
  hash: "$(hash_of search_admin_password)"
  reserved: true
  backend_roles: [admin]
  description: Administrator
kibanaserver:
  hash: "$(hash_of search_dashboards_password)"
  reserved: true
  description: Dashboards
USERS

MLT_STORE_PASSWORD="$(head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n')"
export MLT_STORE_PASSWORD
keytool="$home/jdk/bin/keytool"
rm -f "$config/node.p12" "$config/trusted.p12" "$config/node.pem"
"$keytool" -genkeypair -alias node -dname CN=search -keyalg RSA -keysize 3072 -validity 3650 \
  -storetype PKCS12 -keystore "$config/node.p12" -storepass:env MLT_STORE_PASSWORD
"$keytool" -exportcert -rfc -alias node -file "$config/node.pem" \
  -storetype PKCS12 -keystore "$config/node.p12" -storepass:env MLT_STORE_PASSWORD
"$keytool" -importcert -noprompt -alias node -file "$config/node.pem" \
  -storetype PKCS12 -keystore "$config/trusted.p12" -storepass:env MLT_STORE_PASSWORD

# It reads files of its own folder alone. What is said here wins over its file of settings.
settings=()
if [ "$MLT_TLS" = true ]; then
  for name in efk_certificate efk_key efk_authority; do
    rm -f "$config/$name.pem"
    cp "/run/secrets/$name" "$config/$name.pem"
  done
  settings=(
    -Eplugins.security.ssl.http.enabled=true
    -Eplugins.security.ssl.http.pemcert_filepath=efk_certificate.pem
    -Eplugins.security.ssl.http.pemkey_filepath=efk_key.pem
    -Eplugins.security.ssl.http.pemtrustedcas_filepath=efk_authority.pem
  )
fi

# Not by the image's own script, which would put its certificates in place.
umask 0002
export OPENSEARCH_HOME="$home" OPENSEARCH_PATH_CONF="$config"
export OPENSEARCH_JAVA_OPTS="-Xms${MLT_HEAP_MB}m -Xmx${MLT_HEAP_MB}m -Dopensearch.cgroups.hierarchy.override=/"
cd "$home"
exec "$home/bin/opensearch" "${settings[@]}"
