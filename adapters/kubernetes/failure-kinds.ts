import { ExitCode } from "../../core/errors.ts";
import type { FailurePlace } from "./cluster-failure.ts";

/** A way in which kubectl and helm fail. */
export interface FailureKind {
  /** What they say then. */
  readonly words: RegExp;
  /** The cause, from the groups of the words and the `cluster` with its address. */
  readonly message: (parts: Readonly<Record<string, string | undefined>>, place: FailurePlace) => string;
  readonly hint: (place: FailurePlace) => string;
  /** External where it is left out. */
  readonly exitCode?: number;
}

const more = (command: string) => (place: FailurePlace) => `Run ${place.kubectl(command)} to see more.`;
const reach = more("cluster-info");
const login = (place: FailurePlace) =>
  `Log in to the cluster again, then run ${place.kubectl("auth whoami")} to see who you are.`;
const kubeconfig = () =>
  "Get the kubeconfig of the cluster anew; kubectl config view shows which certificates it names.";

/** The server says no, in words that hold those of another failure. */
const passedOn: readonly FailureKind[] = [
  {
    words: /failed calling webhook "(?<name>[^"]+)": (?:failed to call webhook: )?(?<why>.+)/,
    message: ({ name, why }) => `The cluster's rule "${name}" cannot be asked: ${why}`,
    hint: more("get validatingwebhookconfigurations,mutatingwebhookconfigurations"),
  },
];

/** The client does not reach the server, or neither trusts the other. */
const connection: readonly FailureKind[] = [
  {
    words: /server localhost:8080 was refused|http:\/\/localhost:8080\/|no configuration has been provided/,
    message: () => "No cluster is configured: there is no kubeconfig",
    hint: () => "Get the kubeconfig of the cluster, and name its file in KUBECONFIG.",
  },
  {
    words:
      /context "(?<name>[^"\n]+)" does not exist|context was not found for specified context: (?<other>\S+)/,
    message: ({ name, other }) => `The kubeconfig has no context "${name ?? other}"`,
    hint: () => "Run kubectl config get-contexts to see which there are, and name one as deploy.context.",
  },
  {
    words: /error loading config file "(?<file>[^"\n]+)": (?<why>.+)/,
    message: ({ file, why }) => `Cannot read the kubeconfig "${file}": ${why}`,
    hint: kubeconfig,
  },
  {
    words: /getting credentials: (?<why>.+)/,
    message: ({ why }) => `The kubeconfig's program for credentials fails: ${why}`,
    hint: login,
  },
  {
    words: /x509: certificate has expired/,
    message: ({ cluster }) => `The certificate of ${cluster} has expired`,
    hint: kubeconfig,
  },
  {
    words: /x509: (?<why>.+)/,
    message: ({ cluster, why }) => `The certificate of ${cluster} is not trusted: ${why}`,
    hint: kubeconfig,
  },
  {
    words: /\(Unauthorized\)|Unauthorized$|asked for the client to provide credentials/m,
    message: () => "The cluster does not take your credentials: they are wrong, or have expired",
    hint: login,
  },
  {
    words: /was refused - did you specify|connection refused/,
    message: ({ cluster }) => `Cannot reach ${cluster}: nothing listens there`,
    hint: reach,
  },
  {
    words: /no such host|server misbehaving|Temporary failure in name resolution/,
    message: ({ cluster }) => `Cannot reach ${cluster}: there is no host of that name`,
    hint: reach,
  },
  {
    words: /no route to host|network is unreachable/,
    message: ({ cluster }) => `Cannot reach ${cluster}: no network leads there`,
    hint: reach,
  },
  {
    words: /i\/o timeout|TLS handshake timeout|Client\.Timeout exceeded|request did not complete within/,
    message: ({ cluster }) => `Cannot reach ${cluster}: it does not answer`,
    hint: reach,
  },
];

/** The server says no. */
const refusal: readonly FailureKind[] = [
  {
    words:
      /exceeded quota: (?<quota>\S+), requested: (?<wanted>.+?), used: (?<used>.+?), limited: (?<limit>[^\s()]+)/,
    message: ({ quota, wanted, used, limit }, { namespace }) =>
      `The quota "${quota}" of the namespace "${namespace}" is exceeded: ${wanted} more than the ${used} of ${limit}`,
    hint: more("describe quota"),
  },
  {
    words: /must specify (?<what>.+?) for: /,
    message: ({ what }) => `The namespace's quota wants every container to say its ${what}`,
    hint: more("describe quota"),
  },
  {
    words: /violates PodSecurity "(?<level>[^"]+)": (?<why>.+)/,
    message: ({ level, why }, { namespace }) =>
      `The namespace "${namespace}" takes only pods that are ${level}: ${why}`,
    hint: ({ namespace, kubectl }) =>
      `Run ${kubectl(`describe namespace ${namespace}`)} to see what it asks for.`,
  },
  {
    words: /admission webhook "(?<name>[^"]+)" denied the request: (?<why>.+)/,
    message: ({ name, why }) => `The cluster's rule "${name}" refuses: ${why}`,
    hint: more("get validatingwebhookconfigurations"),
  },
  {
    words: /ValidatingAdmissionPolicy '(?<name>[^']+)'.* denied request: (?<why>.+)/,
    message: ({ name, why }) => `The cluster's rule "${name}" refuses: ${why}`,
    hint: more("get validatingadmissionpolicies"),
  },
  {
    words:
      /User "(?<user>[^"]+)" cannot (?<verb>\w+) resource "(?<what>[^"]+)"(?: in API group "[^"]*")?(?<where>(?: in the namespace "[^"]+")?)/,
    message: ({ user, verb, what, where }) => `"${user}" may not ${verb} ${what}${where}`,
    hint: (place) => `Ask for that right; ${place.kubectl("auth can-i --list")} shows those you have.`,
  },
  {
    words: /namespaces "(?<name>[^"]+)" not found/,
    message: ({ name }) => `There is no namespace "${name}"`,
    hint: ({ namespace }) =>
      `Create it with kubectl create namespace ${namespace}, or name another as deploy.namespace.`,
  },
  {
    words: /release: not found/,
    message: (_, { namespace }) => `There is no such release in the namespace "${namespace}"`,
    hint: ({ namespace }) => `Run helm list -n ${namespace} to see which there are; mlt deploy makes it.`,
  },
  {
    words: /[Ee]rror from server \(NotFound\): (?<what>[\w.]+) "(?<name>[^"]+)" not found/,
    message: ({ what, name }, { namespace }) =>
      `There is no ${what} "${name}" in the namespace "${namespace}"`,
    hint: more("get all"),
  },
];

/** What helm's patience comes to. */
export const notInTime = "It was not ready in time";

/** What helm says where somebody else is making a revision. */
export const busy = "Another deploy or rollback of this release is in progress, or was cut off";

/** The server, or helm, takes the release not as it is. */
const release: readonly FailureKind[] = [
  {
    words:
      /values don't meet the specifications of the schema\(s\) in the following chart\(s\):\s*\S+:\s*(?<why>[\s\S]+)/,
    message: ({ why = "" }) => `The chart refuses its values: ${schemaFaults(why)}`,
    hint: () => "Correct the section deploy of config.yaml, or the file that deploy.values names.",
    exitCode: ExitCode.input,
  },
  {
    // All but the first where both begin in the same moment: one of the two gets the number.
    words:
      /another operation \(install\/upgrade\/rollback\) is in progress|"sh\.helm\.release\.v1\.\S+" already exists|release: already exists|cannot re-use a name that is still in use/,
    message: () => busy,
    hint: () => "Wait until it is done; run mlt rollback where nobody deploys, which clears it.",
  },
  {
    words: /nodePort: Invalid value: (?<port>\d+): provided port is already allocated/,
    message: ({ port }) => `Another Service of the cluster has the node port ${port}`,
    hint: (place) =>
      `Set another deploy.service.node_port; ${place.kubectl("get services --all-namespaces")} shows which has it.`,
  },
  {
    words: /(?<what>\S+) "(?<name>[^"]+)" is invalid: (?<field>[\w.[\]]+): [\s\S]*field is immutable/,
    message: ({ what, name, field }) =>
      `${field} of the ${kindOf(what)} "${name}" cannot be changed once it is there`,
    hint: (place) =>
      `Put back what changed it, or delete it first; ${place.kubectl("get all")} shows what there is.`,
  },
  {
    words: /(?<what>\S+) "(?<name>[^"]+)" is invalid: (?<why>.+)/,
    message: ({ what, name, why }) => `The cluster refuses the ${kindOf(what)} "${name}": ${why}`,
    hint: () => "Correct the section deploy of config.yaml, or the file that deploy.values names.",
  },
  {
    words:
      /(?<what>\w+) "(?<name>[^"]+)" in namespace "[^"]*" exists and cannot be imported into the current release/,
    message: ({ what, name }) => `The ${what} "${name}" is there already, and is not of this release`,
    hint: () => "Delete it, or give the release another name as deploy.release.",
  },
  {
    words: /no matches for kind "(?<kind>[^"]+)" in version "(?<version>[^"]+)"/,
    message: ({ kind, version }) => `The cluster does not know the kind ${kind} of ${version}`,
    hint: more("api-resources"),
  },
  {
    words: /context deadline exceeded|timed out waiting for the condition/,
    message: () => notInTime,
    hint: more("get pods"),
  },
];

/** Kinds of failures, the first that fits: by the words of kubectl 1.33 and helm 3.18. */
export const failureKinds: readonly FailureKind[] = [...passedOn, ...connection, ...refusal, ...release];

function kindOf(what = ""): string {
  return what.split(".")[0] ?? what;
}

/** Each fault is a line, `- at '/service': additional properties 'x' not allowed`, below the place that it is in. */
function schemaFaults(text: string): string {
  const lines = text.split("\n").map((line) => line.trim().replace(/^- /, ""));
  return lines.filter((line) => line !== "" && !line.endsWith(": validation failed")).join("; ");
}
