import { describe, expect, test } from "bun:test";
import { activeServices, parseStackFile } from "../../../core/infra/stack-file.ts";
import { failure } from "../../support/failure.ts";

const text = `
x-mlt:
  given: [git_key]
  answers:
    - { service: web, name: Web, protocol: http, port: MLT_WEB_PORT, secret: password }
services:
  web: { image: web }
  agent: { image: agent, profiles: [docker] }
secrets:
  password: { file: "\${MLT_SECRETS_DIR:?}/password" }
  key: { file: "\${MLT_SECRETS_DIR}/git_key" }
  elsewhere: { file: /etc/hosts }
`;

describe("parseStackFile()", () => {
  test("finds what is asked, and which secrets are made and which a person gives", () => {
    const file = parseStackFile("stacks/x/compose.yaml", text);
    expect(file.answers).toEqual([
      { service: "web", name: "Web", protocol: "http", port: "MLT_WEB_PORT", secret: "password" },
    ]);
    expect(file.generated).toEqual(["password"]);
    expect(file.given).toEqual(["git_key"]);
    expect(file.builds).toBe(false);
  });

  test("makes no secret by chance of what a certificate is", () => {
    const certificate = "{ on: MLT_TLS, chain: password, key: password, authority: password }";
    const file = parseStackFile(
      "compose.yaml",
      text.replace("given:", `certificate: ${certificate}\n  given:`),
    );
    expect(file.generated).toEqual([]);
    expect(file.certificate).toEqual({
      ...{ on: "MLT_TLS", chain: "password", key: "password", authority: "password" },
    });
  });

  test("reads what a merge key brings in, as Compose does", () => {
    const merging = "x-base: &base { build: . }\nservices: { web: { <<: *base } }\n";
    expect(parseStackFile("compose.yaml", merging).builds).toBe(true);
  });

  test.each([
    ["services: { web: }\n", "compose.yaml:1:18 Expected services.web to be a map, not null"],
    [text.replace("service: web", "service: wep"), 'compose.yaml:5:18 There is no service "wep"'],
    [text.replace("[git_key]", "[git]"), 'compose.yaml:3:11 There is no secret "git"'],
    [
      text.replace("protocol: http", "protocol: ftp"),
      "compose.yaml:5:44 Expected x-mlt.answers[0].protocol to be",
    ],
    [
      text.replace(
        "given:",
        "certificate: { on: A, chain: password, key: password, authority: root }\n  given:",
      ),
      'compose.yaml:3:68 There is no secret "root"',
    ],
    ["services: [\n", "compose.yaml:2:1 "],
  ])("names the place of what is wrong (%#)", async (wrong, message) => {
    const { message: said } = await failure(() => parseStackFile("compose.yaml", wrong));
    expect(said).toStartWith(message);
  });
});

test("activeServices() has those without a profile, and those of the profiles that are on", () => {
  const file = parseStackFile("compose.yaml", text);
  expect(activeServices(file, [])).toEqual(["web"]);
  expect(activeServices(file, ["docker", "other"])).toEqual(["web", "agent"]);
});
