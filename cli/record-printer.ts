import type { LogRecord } from "../core/prediction-log/log-record.ts";
import { printAll } from "./output.ts";
import { recordTable } from "./record-table.ts";

/** Prints records to stdout, as they come. */
export interface RecordPrinter {
  /** Resolves once stdout takes more. */
  print(records: readonly LogRecord[]): Promise<void>;
  /** Completes what was printed. */
  end(): Promise<void>;
}

/** As lines for people. */
export function textPrinter(): RecordPrinter {
  const { isTTY, columns } = process.stdout;
  // A terminal that does not know its size says 0.
  const table = recordTable(isTTY && columns > 0 ? columns : undefined);
  return { print: (records) => printAll(linesText(table.lines(records))), end: () => Promise.resolve() };
}

/** As one JSON array, a record on each of its lines. */
export function jsonPrinter(): RecordPrinter {
  let before = "[";
  return {
    async print(records) {
      if (records.length === 0) return;
      const text = records.map(({ fields }) => `\n  ${JSON.stringify(fields)}`).join(",");
      await printAll(before + text);
      before = ",";
    },
    end: () => printAll(before === "[" ? "[]\n" : "\n]\n"),
  };
}

/** As one JSON object a line. */
export function jsonLinesPrinter(): RecordPrinter {
  return {
    print: (records) => printAll(linesText(records.map(({ fields }) => JSON.stringify(fields)))),
    end: () => Promise.resolve(),
  };
}

function linesText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
