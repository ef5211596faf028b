import { MltError } from "../errors.ts";

/**
 * A line of a file of variables that a shell reads as `.env` files are read: quoted where it has to be.
 *
 * @throws {MltError} where no quotes are right for both
 */
export function variableLine(name: string, value: string): string {
  if (/^[\w@%+=:,./?-]*$/.test(value)) return `${name}=${value}`;
  if (!value.includes("'")) return `${name}='${value}'`;
  // Within these a shell reads more than a name and a value.
  if (!/["\\$`\n]/.test(value)) return `${name}="${value}"`;
  throw new MltError(
    `The value of ${name} has quotes of both kinds, or ' beside $, \`, a backslash or a line break`,
    {
      hint: "Choose another value in .mlt/infra/secrets.env.",
    },
  );
}
