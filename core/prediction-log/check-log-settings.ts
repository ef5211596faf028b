import { MltError } from "../errors.ts";
import type { ModelCard } from "../model/model-card.ts";
import { nearest } from "../nearest.ts";
import { localTime } from "./local-time.ts";
import type { LayoutSettings } from "./log-layout.ts";

export interface CheckedSettings extends Pick<LayoutSettings, "drop" | "hash" | "time_zone"> {
  readonly hash_salt?: string | undefined;
}

/**
 * Holds the settings of the log against the model whose predictions are logged: a name that is wrong would leave
 * readable what was to be hidden.
 *
 * @throws {MltError} with the first that does not fit
 */
export function checkLogSettings(
  settings: CheckedSettings,
  card: Pick<ModelCard, "features" | "id_name">,
): void {
  const { drop, hash, hash_salt: salt, time_zone: zone } = settings;
  const names = [
    ...card.features.map(({ name }) => name),
    ...(card.id_name === undefined ? [] : [card.id_name]),
  ];
  for (const [setting, given] of [["drop", drop] as const, ["hash", hash] as const]) {
    for (const name of given) if (!names.includes(name)) throw unknownName(setting, name, names);
  }
  if (hash.length > 0 && salt === undefined) throw noSalt();
  checkTimeZone(zone);
}

/** What is said where `logging.hash` has names, and there is no salt. */
export function noSalt(): MltError {
  return new MltError("logging.hash has names, and there is no salt to hash them with", {
    hint: "Set MLT_LOGGING__HASH_SALT, to what openssl rand -hex 32 prints.",
  });
}

/** @throws {MltError} when `logging.time_zone` is no time zone */
export function checkTimeZone(zone: string): void {
  try {
    localTime(zone);
  } catch (cause) {
    throw new MltError(`logging.time_zone "${zone}" is no time zone`, {
      hint: "Give the name of one, such as Europe/Berlin or UTC.",
      cause,
    });
  }
}

function unknownName(setting: string, name: string, names: readonly string[]): MltError {
  const guess = nearest(name, names);
  const question = guess === undefined ? "" : `; did you mean "${guess}"?`;
  return new MltError(`logging.${setting} names "${name}", which the model does not have${question}`, {
    hint: `Name features of the model, or its id: ${names.join(", ")}.`,
  });
}
