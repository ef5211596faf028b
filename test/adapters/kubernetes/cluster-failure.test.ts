import { describe, expect, test } from "bun:test";
import { clusterFailure } from "../../../adapters/kubernetes/cluster-failure.ts";

const failureOf = (stderr: string) =>
  clusterFailure(
    { exitCode: 1, stdout: "", stderr },
    { namespace: "team", kubectl: (command) => `kubectl ${command} -n team` },
  );

// All but the first of timeouts and the one of webhooks that deny are what kubectl 1.33.13 and helm 3.18.6 printed, the
// former of a server that was not there, the others of kube-apiserver 1.33.13.
describe("clusterFailure() says the cause in one line:", () => {
  test.each([
    [
      'E1129 16:15:11.876355   31083 memcache.go:265] "Unhandled Error" err="couldn\'t get current server API group list: Get \\"https://127.0.0.1:1/api\\": dial tcp 127.0.0.1:1: connect: connection refused"\nThe connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n',
      "Cannot reach the cluster at 127.0.0.1:1: nothing listens there",
    ],
    [
      'Error: Kubernetes cluster unreachable: Get "https://127.0.0.1:1/version": dial tcp 127.0.0.1:1: connect: connection refused\n',
      "Cannot reach the cluster at 127.0.0.1:1: nothing listens there",
    ],
    [
      "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n",
      "No cluster is configured: there is no kubeconfig",
    ],
    [
      'Error: Kubernetes cluster unreachable: Get "http://localhost:8080/version": dial tcp 127.0.0.1:8080: connect: connection refused\n',
      "No cluster is configured: there is no kubeconfig",
    ],
    [
      "Unable to connect to the server: dial tcp: lookup nowhere.invalid on 10.0.0.53:53: no such host\n",
      "Cannot reach the cluster at nowhere.invalid: there is no host of that name",
    ],
    [
      "Unable to connect to the server: dial tcp 10.255.255.1:6443: i/o timeout\n",
      "Cannot reach the cluster at 10.255.255.1:6443: it does not answer",
    ],
    [
      "Unable to connect to the server: tls: failed to verify certificate: x509: cannot validate certificate for 10.255.255.1 because it doesn't contain any IP SANs\n",
      "The certificate of the cluster is not trusted: cannot validate certificate for 10.255.255.1 because it doesn't contain any IP SANs",
    ],
    [
      'E1129 16:15:12.348251   31129 memcache.go:265] "Unhandled Error" err=<\n\tcouldn\'t get current server API group list: Get "https://127.0.0.1:1/api?timeout=5s": getting credentials: exec: executable aws-of-log not found\n\t\n >\nUnable to connect to the server: getting credentials: exec: executable aws not found\n\nIt looks like you are trying to use a client-go credential plugin that is not installed.\n',
      "The kubeconfig's program for credentials fails: exec: executable aws not found",
    ],
    [
      "Error in configuration: context was not found for specified context: none\n",
      'The kubeconfig has no context "none"',
    ],
    [
      'Error: Kubernetes cluster unreachable: context "none" does not exist\n',
      'The kubeconfig has no context "none"',
    ],
    [
      'error: error loading config file "bad.yaml": yaml: line 1: did not find expected node content\n',
      'Cannot read the kubeconfig "bad.yaml": yaml: line 1: did not find expected node content',
    ],
    [
      "error: You must be logged in to the server (Unauthorized)\n",
      "The cluster does not take your credentials: they are wrong, or have expired",
    ],
    [
      "Error: Kubernetes cluster unreachable: the server has asked for the client to provide credentials\n",
      "The cluster does not take your credentials: they are wrong, or have expired",
    ],
    [
      'Error from server (Forbidden): pods is forbidden: User "reader" cannot list resource "pods" in API group "" in the namespace "team"\n',
      '"reader" may not list pods in the namespace "team"',
    ],
    [
      'Error from server (Forbidden): pods "iris-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2\n',
      'The quota "small" of the namespace "team" is exceeded: pods=1 more than the pods=2 of pods=2',
    ],
    [
      'Error from server (Forbidden): error when creating "STDIN": pods "shell" is forbidden: violates PodSecurity "restricted:latest": privileged (container "shell" must not set securityContext.privileged=true)\n',
      'The namespace "team" takes only pods that are restricted:latest: privileged (container "shell" must not set securityContext.privileged=true)',
    ],
    [
      'Error: admission webhook "images.example" denied the request: only signed images\n',
      'The cluster\'s rule "images.example" refuses: only signed images',
    ],
    ['Error from server (NotFound): namespaces "team" not found\n', 'There is no namespace "team"'],
    [
      'Error from server (NotFound): deployments.apps "iris" not found\n',
      'There is no deployments.apps "iris" in the namespace "team"',
    ],
    ["Error: release: not found\n", 'There is no such release in the namespace "team"'],
    [
      "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n",
      "Another deploy or rollback of this release is in progress, or was cut off",
    ],
    [
      'Error: UPGRADE FAILED: create: failed to create: secrets "sh.helm.release.v1.iris.v2" already exists\n',
      "Another deploy or rollback of this release is in progress, or was cut off",
    ],
    [
      'Error: INSTALLATION FAILED: 1 error occurred:\n\t* Service "iris" is invalid: spec.ports[0].nodePort: Invalid value: 30000: provided port is already allocated\n',
      "Another Service of the cluster has the node port 30000",
    ],
    [
      'error: failed to create ClusterIP service: Internal error occurred: failed calling webhook "hook.example.org": failed to call webhook: Post "https://127.0.0.1:1/x?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused\n',
      'The cluster\'s rule "hook.example.org" cannot be asked: Post "https://127.0.0.1:1/x?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused',
    ],
    [
      "error: failed to create configmap: configmaps \"bad\" is forbidden: ValidatingAdmissionPolicy 'signed' with binding 'signed' denied request: only good ones\n",
      'The cluster\'s rule "signed" refuses: only good ones',
    ],
    [
      'Error: query: failed to query with labels: secrets is forbidden: User "reader" cannot list resource "secrets" in API group "" in the namespace "team"\n',
      '"reader" may not list secrets in the namespace "team"',
    ],
    [
      'Error from server (Forbidden): error when creating "STDIN": pods "shell" is forbidden: failed quota: small: must specify limits.memory for: shell\n',
      "The namespace's quota wants every container to say its limits.memory",
    ],
    [
      'Error: Kubernetes cluster unreachable: Get "https://127.0.0.1:40287/version": tls: failed to verify certificate: x509: certificate signed by unknown authority\n',
      "The certificate of the cluster at 127.0.0.1:40287 is not trusted: certificate signed by unknown authority",
    ],
    ['Error: create: failed to create: namespaces "moon" not found\n', 'There is no namespace "moon"'],
    [
      'Error: unable to build kubernetes objects from release manifest: resource mapping not found for name: "x" namespace: "" from "": no matches for kind "HTTPRoute" in version "gateway.networking.k8s.io/v1"\nensure CRDs are installed first\n',
      "The cluster does not know the kind HTTPRoute of gateway.networking.k8s.io/v1",
    ],
    [
      'Error: Unable to continue with install: Service "first" in namespace "other" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"\n',
      'The Service "first" is there already, and is not of this release',
    ],
    [
      'Error: UPGRADE FAILED: cannot patch "d" with kind Deployment: Deployment.apps "d" is invalid: spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"a":"2"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable\n',
      'spec.selector of the Deployment "d" cannot be changed once it is there',
    ],
    [
      'Error: UPGRADE FAILED: cannot patch "d" with kind Deployment: Deployment.apps "d" is invalid: spec.template.spec.containers[0].resources.requests: Invalid value: "1Gi": must be less than or equal to memory limit of 1Mi\n',
      'The cluster refuses the Deployment "d": spec.template.spec.containers[0].resources.requests: Invalid value: "1Gi": must be less than or equal to memory limit of 1Mi',
    ],
    [
      'I1129 16:41:55.499740   19413 warnings.go:110] "Warning: would violate PodSecurity \\"restricted:latest\\": allowPrivilegeEscalation != false"\nError: context deadline exceeded\n',
      "It was not ready in time",
    ],
    [
      'error: error from server (NotFound): pods "nopod" not found in namespace "other"\n',
      'There is no pods "nopod" in the namespace "team"',
    ],
    ["Error: UPGRADE FAILED: context deadline exceeded\n", "It was not ready in time"],
    [
      "Error: UPGRADE FAILED: release: already exists\n",
      "Another deploy or rollback of this release is in progress, or was cut off",
    ],
    [
      "Error: INSTALLATION FAILED: cannot re-use a name that is still in use\n",
      "Another deploy or rollback of this release is in progress, or was cut off",
    ],
    ["Error: INSTALLATION FAILED: something new\n", "The cluster refuses: something new"],
  ])("%j", (words, message) => {
    const failed = failureOf(words);
    expect(failed.message).toBe(message);
    expect(failed.exitCode).toBe(4);
    expect(failed.hint).toMatch(/^[A-Z].*\.$/);
  });

  test("values that the chart's schema refuses are the user's, with exit code 3 and every fault", () => {
    const failed = failureOf(
      "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nown:\n- at '/service': validation failed\n  - at '/service/port': minimum: got 0, want 1\n  - at '/service': additional properties 'prot' not allowed\n- at '/a': got string, want integer\n- at '': additional properties 'colour' not allowed\n\n",
    );
    expect(failed.message).toBe(
      "The chart refuses its values: at '/service/port': minimum: got 0, want 1; at '/service': additional properties 'prot' not allowed; at '/a': got string, want integer; at '': additional properties 'colour' not allowed",
    );
    expect(failed.exitCode).toBe(3);
  });
});
