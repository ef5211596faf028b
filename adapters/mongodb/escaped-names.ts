import type { LogRecord, LogValue } from "../../core/prediction-log/log-record.ts";

type Fields = LogRecord["fields"];

/** The field of a document that says that its names are escaped. */
const escapedMark = "names_escaped";

/** A name without `.` and `$`, which MongoDB's queries read otherwise, and which old servers refuse. */
export function escapedName(name: string): string {
  return name.replace(/[%.$]/g, (character) => escapes[character] ?? character);
}

/** Fields whose names MongoDB takes: as they are, or, where that would change one of them, all escaped and marked. */
export function escapedFields(fields: Fields): Fields {
  return hasHardName(fields) ? { ...renamed(fields, escapedName), [escapedMark]: true } : fields;
}

/** The fields that `escapedFields` was given. */
export function unescapedFields(fields: Fields): Fields {
  const { [escapedMark]: mark, ...others } = fields;
  return mark === true ? renamed(others, unescapedName) : others;
}

const escapes: Readonly<Record<string, string>> = { "%": "%25", ".": "%2E", $: "%24" };

function unescapedName(name: string): string {
  return name.replace(/%(25|2E|24)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function hasHardName(fields: Fields): boolean {
  for (const name in fields) {
    if (/[%.$]/.test(name)) return true;
    const value = fields[name];
    if (isNested(value) && hasHardName(value)) return true;
  }
  return false;
}

function renamed(fields: Fields, rename: (name: string) => string): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      rename(name),
      isNested(value) ? renamed(value, rename) : value,
    ]),
  );
}

function isNested(value: LogValue | undefined): value is Fields {
  return typeof value === "object" && value !== null;
}
