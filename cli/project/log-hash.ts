import { createHmac } from "node:crypto";

/** Makes the function that puts the HMAC-SHA256 under the salt, in hexadecimal, in place of a text. */
export function logHash(salt: string): (text: string) => string {
  return (text) => createHmac("sha256", salt).update(text).digest("hex");
}
