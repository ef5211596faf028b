#!/bin/sh
# Connects to Jenkins as its node mlt, with the secret that Jenkins has made for that node and tells to the user agent.
set -eu

password="$(cat "${SECRETS:-/run/secrets}/jenkins_agent_password")"
# By a file of its stdin: the arguments of a process are everybody's to see.
description="$(printf 'user = "agent:%s"\n' "$password" | curl --config - --fail --silent --show-error \
  --retry 60 --retry-delay 5 --retry-all-errors "${JENKINS_URL:?}/computer/mlt/jenkins-agent.jnlp")"
secret="$(printf '%s' "$description" | sed -n 's/.*<argument>\([0-9a-f]\{64\}\)<\/argument>.*/\1/p')"
if [ -z "$secret" ]; then
  echo "Jenkins at $JENKINS_URL has no secret for the node mlt" >&2
  exit 1
fi

umask 077
printf '%s' "$secret" >"${HOME:?}/node-secret"
exec java -jar "${AGENT_JAR:-/usr/share/jenkins/agent.jar}" -url "$JENKINS_URL" -name mlt \
  -secret "@$HOME/node-secret" -webSocket -workDir "$HOME/agent"
