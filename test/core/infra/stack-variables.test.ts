import { describe, expect, test } from "bun:test";
import { resolveConfig } from "../../../core/config/resolve.ts";
import { stackNames, stackProfiles, stackVariables } from "../../../core/infra/stack-variables.ts";

const images = {
  mongodb: "docker.io/library/mongo:8",
  opensearch: "docker.io/opensearchproject/opensearch:2",
  opensearch_dashboards: "docker.io/opensearchproject/opensearch-dashboards:2",
  fluentd_opensearch: "docker.io/fluent/fluentd:1",
  elasticsearch: "docker.elastic.co/elasticsearch/elasticsearch:8",
  kibana: "docker.elastic.co/kibana/kibana:8",
  fluentd_elasticsearch: "docker.io/fluent/fluentd:2",
  "jenkins-agent": "docker.io/jenkins/agent:3",
};

const configOf = (text: string) =>
  resolveConfig({
    flags: {},
    environment: {},
    dotenv: { name: ".env", variables: {}, lines: new Map() },
    file: { name: "config.yaml", text },
    secretFiles: new Map(),
  }).config;

describe("stackVariables()", () => {
  test("has what MongoDB's stack takes", () => {
    const config = configOf(
      "project: { name: iris }\ninfra: { bind: '::1', mongodb: { port: 27018, user: svc } }\n",
    );
    expect(stackVariables("mongodb", { config, images, mltVersion: "1.2.3" })).toEqual({
      MLT_BIND: "[::1]",
      MLT_PROJECT: "iris",
      MLT_IMAGE_MONGODB: "docker.io/library/mongo:8",
      MLT_MONGODB_PORT: "27018",
      MLT_MONGODB_USER: "svc",
      MLT_MONGODB_DATABASE: "mlt",
    });
  });

  test("takes the images and the user of the search engine of the configuration, and half of its memory for the heap", () => {
    const config = configOf("infra: { efk: { search: elasticsearch, memory: 3Gi, retention_days: 0 } }\n");
    expect(stackVariables("efk", { config, images, mltVersion: "1.2.3" })).toMatchObject({
      MLT_EFK_SEARCH: "elasticsearch",
      MLT_EFK_SEARCH_USER: "elastic",
      MLT_IMAGE_SEARCH: "docker.elastic.co/elasticsearch/elasticsearch:8",
      MLT_IMAGE_DASHBOARDS: "docker.elastic.co/kibana/kibana:8",
      MLT_IMAGE_FLUENTD: "docker.io/fluent/fluentd:2",
      MLT_EFK_MEMORY: "3072m",
      MLT_EFK_HEAP_MB: "1536",
      MLT_EFK_RETENTION_DAYS: "0",
      MLT_EFK_TLS: "false",
      MLT_EFK_SCHEME: "http",
    });
  });

  test("has the services of the log search speak HTTPS with TLS", () => {
    const config = configOf("infra: { efk: { tls: true } }\n");
    expect(stackVariables("efk", { config, images, mltVersion: "1.2.3" })).toMatchObject({
      MLT_EFK_TLS: "true",
      MLT_EFK_SCHEME: "https",
    });
  });

  test("puts the registry of the configuration in the place of every image's own, and keeps the path", () => {
    const config = configOf(
      "infra: { registry: 'mirror.example.org:5000/hub', jenkins: { agent: kubernetes, url: 'http://10.0.0.5' } }\ndeploy: { namespace: models }\n",
    );
    expect(stackVariables("efk", { config, images, mltVersion: "1.2.3" })).toMatchObject({
      MLT_IMAGE_SEARCH: "mirror.example.org:5000/hub/opensearchproject/opensearch:2",
    });
    expect(stackVariables("jenkins", { config, images, mltVersion: "1.2.3" })).toMatchObject({
      MLT_IMAGE_JENKINS_AGENT: "mirror.example.org:5000/hub/jenkins/agent:3",
      MLT_JENKINS_REPOSITORY: "",
      MLT_JENKINS_URL: "http://10.0.0.5/",
      MLT_JENKINS_NAMESPACE: "models",
      // Not of the mirror: it is made here.
      MLT_JENKINS_RUNTIME: "mlt-runtime:1.2.3",
    });
    expect(stackProfiles("jenkins", config.infra)).toEqual(["kubernetes"]);
  });

  test("names the image of stages as mlt build-image runtime does, and what is made of it beside it", () => {
    const config = configOf(
      "image: { registry: 'registry.example.org:5000', repository: team, runtime: tools }\n",
    );
    expect(stackVariables("jenkins", { config, images, mltVersion: "1.2.3" })).toMatchObject({
      MLT_JENKINS_RUNTIME: "registry.example.org:5000/team/tools:1.2.3",
      MLT_JENKINS_AGENT_IMAGE: "registry.example.org:5000/team/tools-agent:1.2.3",
    });
  });

  test("says which image images.yaml lacks", () => {
    expect(() =>
      stackVariables("mongodb", { config: configOf("{}"), images: {}, mltVersion: "1.2.3" }),
    ).toThrow('There is no image "mongodb" in stacks/images.yaml');
  });

  test("names no variable with two underscores in a row, which would be a setting", () => {
    const config = configOf("{}");
    const names = stackNames.flatMap((name) =>
      Object.keys(stackVariables(name, { config, images, mltVersion: "1.2.3" })),
    );
    expect(names.filter((name) => name.includes("__"))).toEqual([]);
  });
});
