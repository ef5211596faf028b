import { describe, expect, test } from "bun:test";
import { resolveConfig } from "../../../core/config/resolve.ts";
import { checkJenkins } from "../../../core/infra/check-jenkins.ts";

const configOf = (text: string) =>
  resolveConfig({
    flags: {},
    environment: {},
    dotenv: { name: ".env", variables: {}, lines: new Map() },
    file: { name: "config.yaml", text },
    secretFiles: new Map(),
  }).config;

const repository = "repository: https://git.example.org/iris.git";

describe("checkJenkins()", () => {
  test("takes an agent beside Jenkins as it is, and warns where there will be no pipelines", () => {
    expect(checkJenkins(configOf(`infra: { jenkins: { ${repository} } }\n`), "local")).toEqual([]);
    expect(checkJenkins(configOf("{}\n"), "local")).toEqual([
      "Jenkins will have no pipelines: set infra.jenkins.repository to the project's repository",
    ]);
  });

  test("refuses pods that could not reach Jenkins, and pods that could not pull their image", () => {
    const pods = (more: string, image = "") =>
      configOf(`infra: { jenkins: { agent: kubernetes, ${repository}${more} } }\n${image}`);
    const [url, registry] = [", url: http://10.0.0.5:8080", "image: { registry: registry.example.org }\n"];
    expect(() => checkJenkins(pods(""), "local")).toThrow(
      'infra.jenkins.agent is "kubernetes", and config.yaml has no infra.jenkins.url and no image.registry',
    );
    expect(() => checkJenkins(pods(url), "host")).toThrow("config.yaml has no image.registry");
    expect(() => checkJenkins(pods("", registry), "local")).toThrow("config.yaml has no infra.jenkins.url");
    expect(checkJenkins(pods(url, registry), "host")).toEqual([]);
  });

  test("refuses a host that could not take what the agent is made of from anywhere", () => {
    const config = configOf(`infra: { jenkins: { ${repository} } }\n`);
    expect(() => checkJenkins(config, "host")).toThrow(
      "The agent of Jenkins is made of an image of mlt, and config.yaml has no image.registry",
    );
  });
});

describe("infra.jenkins", () => {
  test.each([
    "ssh://git@git.example.org/iris.git",
    "git@git.example.org:iris.git",
    "file:///srv/iris.git",
    "https://jenkins:secret@git.example.org/iris.git",
  ])("refuses the repository %p: Jenkins has a user and a token for it, and no key", (url) => {
    expect(() => configOf(`infra: { jenkins: { repository: "${url}" } }\n`)).toThrow("http or https");
  });
});
