export type LogLevel = "info" | "warn" | "error";

/** Members of a line beside its time, level, process and message. */
export type LogFields = Readonly<Record<string, string | number | undefined>>;

export interface LogClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The number of this process. */
  readonly pid: number;
}

/** Writes lines of a log as JSON documents: `{"time":"…","level":"info","pid":7,"message":"…"}`. */
export function jsonLines({ now, pid }: LogClock) {
  const time = timeText(now);
  return (level: LogLevel, message: string, fields: LogFields = {}): string => {
    const members = Object.entries(fields).map(([name, value]) => {
      if (value === undefined) return "";
      return `,${jsonText(name)}:${typeof value === "number" ? value : jsonText(value)}`;
    });
    return `{"time":"${time()}","level":"${level}","pid":${pid},"message":${jsonText(message)}${members.join("")}}`;
  };
}

/** The text in quotes, without a character that a terminal or a reader of lines would act on. */
export function jsonText(text: string): string {
  // JSON itself lets these stand: DEL, the controls of Latin-1, and two that some readers end a line at.
  return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029]/g, escaped);
}

/** `\u001b` for a character. */
export function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The time in ISO 8601, UTC, with milliseconds; many lines share one. */
export function timeText(now: () => number): () => string {
  let lastMs = Number.NaN;
  let text = "";
  return () => {
    const ms = now();
    if (ms !== lastMs) {
      lastMs = ms;
      text = new Date(ms).toISOString();
    }
    return text;
  };
}
