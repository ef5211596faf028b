import { expect, test } from "bun:test";
import { openPortWarnings } from "../../../core/infra/open-ports.ts";

const mongodb = { name: "MongoDB", protocol: "mongodb" as const };
const fluentd = { name: "Fluentd", protocol: "fluentd" as const };
const secure = [
  { ...fluentd, authority: "efk_authority" },
  { name: "Search", protocol: "https" as const },
];

test.each([
  ["127.0.0.1", [mongodb, fluentd], []],
  ["::1", [mongodb], []],
  ["0.0.0.0", secure, []],
  ["0.0.0.0", [mongodb, ...secure], [expect.stringMatching(/^MongoDB is open on 0.0.0.0 without TLS: /)]],
  ["10.0.0.5", [mongodb, fluentd], [expect.stringMatching(/^MongoDB, Fluentd are open on 10.0.0.5 /)]],
])("openPortWarnings() on %s (%#)", (bind, targets, warnings) => {
  expect(openPortWarnings(bind, targets)).toEqual(warnings);
});
