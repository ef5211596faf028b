import { expect, test } from "bun:test";
import { fluentdServer, serverText } from "../../../adapters/fluentd/fluentd-options.ts";

test.each([
  ["fluentd-1", { host: "fluentd-1", port: 24_224 }, "fluentd-1:24224"],
  ["fluentd-1:24225", { host: "fluentd-1", port: 24_225 }, "fluentd-1:24225"],
  ["10.0.0.7:1", { host: "10.0.0.7", port: 1 }, "10.0.0.7:1"],
  ["[::1]", { host: "::1", port: 24_224 }, "[::1]:24224"],
  ["[fd00::7]:24225", { host: "fd00::7", port: 24_225 }, "[fd00::7]:24225"],
  ["::1", { host: "::1", port: 24_224 }, "[::1]:24224"],
])("fluentdServer() reads %p", (text, server, shown) => {
  expect(fluentdServer(text, 24_224)).toEqual(server);
  expect(serverText(server)).toBe(shown);
});
