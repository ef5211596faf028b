import { describe, expect, test } from "bun:test";
import { clusterFailure } from "../../../adapters/kubernetes/cluster-failure.ts";

const failureOf = (stderr: string) =>
  clusterFailure(
    { exitCode: 1, stdout: "", stderr },
    { namespace: "team", kubectl: (command) => `kubectl ${command} -n team` },
  );

describe("clusterFailure() says the cause in one line, from the words of kubectl 1.33 and helm 3.18:", () => {
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
      'Error: INSTALLATION FAILED: 1 error occurred:\n\t* Service "iris" is invalid: spec.ports[0].nodePort: Invalid value: 30000: provided port is already allocated\n',
      "Another Service of the cluster has the node port 30000",
    ],
    ["Error: UPGRADE FAILED: context deadline exceeded\n", "It was not ready in time"],
    ["Error: INSTALLATION FAILED: something new\n", "The cluster refuses: something new"],
  ])("%j", (words, message) => {
    const failed = failureOf(words);
    expect(failed.message).toBe(message);
    expect(failed.exitCode).toBe(4);
    expect(failed.hint).toMatch(/^[A-Z].*\.$/);
  });

  test("values that the chart's schema refuses are the user's, with exit code 3 and every fault", () => {
    const failed = failureOf(
      "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nmlt:\n- (root): Additional property colour is not allowed\n- service.port: Invalid type. Expected: integer, given: string\n\n",
    );
    expect(failed.message).toBe(
      "The chart refuses its values: (root): Additional property colour is not allowed; service.port: Invalid type. Expected: integer, given: string",
    );
    expect(failed.exitCode).toBe(3);
  });
});
