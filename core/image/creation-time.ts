import { MltError } from "../errors.ts";

/**
 * When an image was made, for all that has a time in it: what SOURCE_DATE_EPOCH says, or else the usual time.
 *
 * @throws {MltError} when SOURCE_DATE_EPOCH is no number of seconds
 * @see https://reproducible-builds.org/specs/source-date-epoch
 */
export function creationTime(epoch: string | undefined, usual: string): string {
  if (epoch === undefined || epoch === "") return usual;
  const seconds = /^\d{1,11}$/.test(epoch) ? Number(epoch) : Number.NaN;
  if (Number.isNaN(seconds)) {
    throw new MltError(`Cannot read SOURCE_DATE_EPOCH "${epoch}" as a time`, {
      hint: "Set it to seconds since 1970, such as those of git log -1 --format=%ct, or unset it.",
    });
  }
  return new Date(seconds * 1_000).toISOString();
}
