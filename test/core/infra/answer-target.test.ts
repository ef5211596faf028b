import { describe, expect, test } from "bun:test";
import { answerTarget, loggingSettings, mongodbUri, targetUrl } from "../../../core/infra/answer-target.ts";

const variables = { MLT_BIND: "0.0.0.0", MLT_MONGODB_PORT: "27018", MLT_FLUENTD: "24225", MLT_USER: "svc" };
const mongodb = answerTarget(
  {
    ...{ service: "mongodb", name: "MongoDB", protocol: "mongodb", port: "MLT_MONGODB_PORT" },
    ...{ user: `\${MLT_USER}`, secret: "password", database: "logs" },
  },
  variables,
);
const fluentd = answerTarget(
  { service: "fluentd", name: "Fluentd", protocol: "fluentd", port: "MLT_FLUENTD", secret: "key" },
  { ...variables, MLT_BIND: "[::]" },
);

const certificate = { on: "MLT_TLS", chain: "chain", key: "key", authority: "authority" };

describe("answerTarget()", () => {
  test("fills in variables, and asks on this machine what is open to every network", () => {
    expect(mongodb).toMatchObject({ host: "127.0.0.1", port: 27_018, user: "svc" });
    expect(fluentd).toMatchObject({ host: "::1", port: 24_225 });
  });

  test.each([
    ["0.0.0.0", "10.0.0.5"],
    ["[::]", "10.0.0.5"],
    ["10.1.0.5", "10.1.0.5"],
    ["127.0.0.1", "127.0.0.1"],
  ])("on another machine what is open on %s is reached at %s", (bind, host) => {
    const answer = { service: "a", name: "A", protocol: "http" as const, port: "80" };
    expect(answerTarget(answer, { MLT_BIND: bind }, { machine: "10.0.0.5" }).host).toBe(host);
  });

  test("takes a number for a port, and another path for people", () => {
    const target = answerTarget(
      { service: "a", name: "A", protocol: "https", port: "8443", path: "/status", shown: "/app#/view" },
      { MLT_BIND: "10.0.0.5" },
    );
    expect(target.path).toBe("/status");
    expect(targetUrl(target)).toBe("https://10.0.0.5:8443/app#/view");
  });

  test.each([
    ["true", true, "https://127.0.0.1:9200", "authority"],
    ["false", true, "http://127.0.0.1:9200", undefined],
    ["true", false, "http://127.0.0.1:9200", undefined],
  ])(
    "speaks TLS where the stack has a certificate (%s) and the answer says so (%p)",
    (on, tls, url, authority) => {
      const answer = { service: "a", name: "A", protocol: "http" as const, port: "9200", tls };
      const target = answerTarget(answer, { MLT_BIND: "127.0.0.1", MLT_TLS: on }, { certificate });
      expect([targetUrl(target), target.authority]).toEqual([url, authority]);
    },
  );
});

test("targetUrl() has no secret, and an address of IPv6 in brackets", () => {
  expect([mongodb, fluentd].map(targetUrl)).toEqual([
    "mongodb://127.0.0.1:27018/logs",
    "forward://[::1]:24225",
  ]);
});

test("mongodbUri() escapes what a password may hold, and names the database that the user lives in", () => {
  expect(mongodbUri(mongodb, "p@ss/word")).toBe(
    "mongodb://svc:p%40ss%2Fword@127.0.0.1:27018/logs?authSource=logs",
  );
});

test("loggingSettings() keeps what is secret apart from what belongs in config.yaml", () => {
  expect(loggingSettings([mongodb, fluentd], { password: "p", key: "k" }, "secrets")).toEqual({
    config: {
      "logging.fluentd.host": "::1",
      "logging.fluentd.port": 24_225,
      "logging.mongodb.database": "logs",
    },
    secret: {
      MLT_LOGGING__FLUENTD__SHARED_KEY: "k",
      MLT_LOGGING__MONGODB__URI: "mongodb://svc:p@127.0.0.1:27018/logs?authSource=logs",
    },
  });
});

test("loggingSettings() has the service speak TLS with a Fluentd that does, and trust its certificate", () => {
  expect(
    loggingSettings([{ ...fluentd, authority: "efk_authority" }], {}, ".mlt/infra/secrets").config,
  ).toEqual({
    "logging.fluentd.host": "::1",
    "logging.fluentd.port": 24_225,
    "logging.fluentd.tls": true,
    "logging.fluentd.tls_ca_file": ".mlt/infra/secrets/efk_authority",
  });
});
