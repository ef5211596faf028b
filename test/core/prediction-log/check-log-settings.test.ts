import { expect, test } from "bun:test";
import { checkLogSettings } from "../../../core/prediction-log/check-log-settings.ts";

const card = {
  features: [
    { name: "income", type: "number", nullable: false } as const,
    { name: "city", type: "string", nullable: false } as const,
  ],
  id_name: "customer",
};
const plain = { drop: [], hash: [], time_zone: "UTC" };

test("checkLogSettings() takes names of features and of the id", () => {
  const settings = { ...plain, drop: ["income"], hash: ["customer"], hash_salt: "0123456789abcdef" };
  expect(() => checkLogSettings(settings, card)).not.toThrow();
});

test("checkLogSettings() refuses a name that the model does not have, and guesses which was meant", () => {
  expect(() => checkLogSettings({ ...plain, drop: ["incone"] }, card)).toThrow(
    'logging.drop names "incone", which the model does not have; did you mean "income"?',
  );
  expect(() => checkLogSettings({ ...plain, hash: ["street"], hash_salt: "0123456789abcdef" }, card)).toThrow(
    'logging.hash names "street", which the model does not have',
  );
});

test("checkLogSettings() refuses to hash without a salt: whoever knows the values would know the hashes", () => {
  expect(() => checkLogSettings({ ...plain, hash: ["city"] }, card)).toThrow(
    "logging.hash has names, and there is no salt to hash them with",
  );
});

test("checkLogSettings() refuses a time zone that there is not", () => {
  expect(() => checkLogSettings({ ...plain, time_zone: "Europe/Atlantis" }, card)).toThrow(
    'logging.time_zone "Europe/Atlantis" is no time zone',
  );
});
