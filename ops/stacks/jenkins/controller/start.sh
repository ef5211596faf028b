#!/bin/sh
# Starts Jenkins with the parts of its configuration that there is something for: one that lacks its secret or its
# repository would keep Jenkins from starting.
set -eu

mlt="${MLT_SHARE:-/usr/share/mlt}"
given() { [ -s "${SECRETS:-/run/secrets}/$1" ]; }

# A registry or a repository that asks nobody never sees the login that stands in for one.
if given registry_password; then set -- registry.yaml; else set -- registry-open.yaml; fi
if given git_token; then set -- "$@" git.yaml; else set -- "$@" git-open.yaml; fi
if given kubeconfig; then set -- "$@" kubeconfig.yaml; fi

# One list, since Jenkins takes one. It names secrets, and has none.
credentials="${JENKINS_HOME:?}/mlt-credentials.yaml"
{
  printf 'credentials:\n  system:\n    domainCredentials:\n      - credentials:\n'
  for name in "$@"; do sed 's/^/          /' "$mlt/credentials/$name"; done
} >"$credentials"

parts="$mlt/casc/jenkins.yaml,$mlt/casc/agent-${MLT_JENKINS_AGENT:?}.yaml,$credentials"
if [ -n "${MLT_JENKINS_REPOSITORY:-}" ]; then parts="$parts,$mlt/casc/jobs.yaml"; else
  echo "There are no pipelines: infra.jenkins.repository is not set" >&2
fi

export CASC_JENKINS_CONFIG="$parts"
exec "${MLT_JENKINS_START:-/usr/local/bin/jenkins.sh}"
