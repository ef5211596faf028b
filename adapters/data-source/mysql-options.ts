import type { ConnectionOptions } from "mysql2";
import { MltError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { type AddressRules, decoded, type ServerAddress, unreadableAddress } from "./server-address.ts";

/** How `?ssl-mode=` of a connection string is called, and what it is to the driver. */
const tlsModes: ReadonlyMap<string, ConnectionOptions["ssl"]> = new Map([
  ["DISABLED", undefined],
  ["REQUIRED", { rejectUnauthorized: false }],
  ["VERIFY_CA", { rejectUnauthorized: true }],
  ["VERIFY_IDENTITY", { rejectUnauthorized: true, verifyIdentity: true }],
]);

/** Reads the parts of a connection string of MySQL. @throws {MltError} that tells nothing of its user and password */
export function mysqlOptions({ url, password }: ServerAddress, rules: AddressRules): ConnectionOptions {
  if (!URL.canParse(url)) throw unreadableAddress(rules);
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  refuseUnknownParameters(searchParams, rules);
  const mode = searchParams.get("ssl-mode")?.toUpperCase() ?? "DISABLED";
  if (!tlsModes.has(mode)) {
    throw new MltError(`The connection string of ${rules.called} has the unknown ssl-mode "${mode}"`, {
      hint: `Write one of ${[...tlsModes.keys()].join(", ")}.`,
    });
  }
  const ssl = tlsModes.get(mode);
  const socket = searchParams.get("socket");
  return {
    ...(socket === null
      ? { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? 3306 : Number(port) }
      : { socketPath: socket }),
    user: decoded(username),
    password,
    database: decoded(pathname.slice(1)),
    charset: "utf8mb4",
    connectTimeout: 10_000,
    // The server must not ask for files of this machine.
    flags: ["-LOCAL_FILES"],
    ...(ssl === undefined ? {} : { ssl }),
  };
}

/** A misspelt `ssl-mode` would send the password without TLS. */
function refuseUnknownParameters(given: URLSearchParams, { called }: AddressRules): void {
  const known = ["ssl-mode", "socket"];
  const unknown = [...given.keys()].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const guess = nearest(unknown, known);
  throw new MltError(
    `The connection string of ${called} has the unknown parameter "${unknown}"${guess === undefined ? "" : `; did you mean "${guess}"?`}`,
    { hint: `Leave it out: ${known.join(" and ")} are known.` },
  );
}
