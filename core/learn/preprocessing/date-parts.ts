import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../errors.ts";
import { readOptions } from "../options.ts";
import { type Block, packColumns, type Table, type TableColumn } from "../table.ts";
import { type DatePart, dateParts, numberCalculator } from "./date-arithmetic.ts";
import { FittedColumn, fittedColumns, matchColumns, presentValues } from "./fitted-columns.ts";
import { graphCalculator, isoDateInOnnx, readIsoDate } from "./iso-date.ts";
import { badState, type FittedTransform, TableTransformer } from "./table-transformer.ts";

const names = Object.keys(dateParts);
const Part = Type.Unsafe<DatePart>(Type.Union(names.map((name) => Type.Literal(name))));

const Options = Type.Object(
  {
    parts: Type.Array(Part, {
      default: ["year", "month", "day", "weekday", "hour"],
      description: `a list of ${names.join(", ")}`,
      minItems: 1,
      uniqueItems: true,
    }),
  },
  { additionalProperties: false },
);

export interface DatePartsOptions {
  readonly parts?: readonly DatePart[];
}

const State = Type.Object(
  { columns: Type.Array(FittedColumn), parts: Type.Array(Part) },
  { additionalProperties: false },
);
type State = Static<typeof State>;

const who = "DateParts";

/**
 * Makes columns of numbers of a date in ISO 8601 text, with or without a time: `ordered_year`, `ordered_weekday`.
 * The time is taken as it is written, whatever its zone. A missing value, and a text that is no date, is NaN in all parts;
 * `fit` refuses the latter.
 */
export class DateParts extends TableTransformer {
  readonly name = who;
  readonly params: Readonly<Static<typeof Options>>;

  constructor({ parts, ...options }: DatePartsOptions = {}) {
    super();
    const given: { parts?: DatePart[] } = parts === undefined ? {} : { parts: Array.from(parts) };
    this.params = readOptions(who, Options, { ...options, ...given });
  }

  learn(table: Table): FittedTransform {
    for (const column of table.columns) {
      const odd = presentValues(column, who).find((value) => readIsoDate(String(value)) === undefined);
      if (odd === undefined) continue;
      throw new MltError(
        `Column "${column.name}" holds "${odd}"; ${who} reads dates such as 2024-02-29T08:30`,
        {
          hint: "Write it as an ISO 8601 text in the data loader.",
        },
      );
    }
    return taking({ columns: fittedColumns(table), parts: [...this.params.parts] });
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state)) throw badState(who);
    return taking(state);
  }
}

function taking({ columns: fitted, parts }: State): FittedTransform {
  return {
    state: { columns: fitted, parts },
    apply(table) {
      const columns = matchColumns(table, fitted, who);
      return { ...table, columns: columns.flatMap((column) => partsOf(column, parts)) };
    },
  };
}

function partsOf(column: TableColumn, parts: readonly DatePart[]): TableColumn[] {
  const block: Block = {
    width: parts.length,
    toOnnx(context) {
      const { graph } = context;
      const { isDate, date } = isoDateInOnnx(packColumns([column], context), context);
      const calculator = graphCalculator(context);
      const values = parts.map((part) => dateParts[part](date, calculator));
      const none = graph.constant({ type: "double", shape: [], values: [Number.NaN] });
      const joined = graph.node("Concat", values, { axis: { int: 1 } });
      return graph.node("Where", [isDate, joined, none]);
    },
  };
  const texts: ArrayLike<number | string> = column.values;
  const dates = Array.from(texts, (text) => readIsoDate(String(text)));
  return parts.map((part, index) => ({
    kind: "number",
    name: `${column.name}_${part}`,
    values: Float64Array.from(dates, (date) =>
      date === undefined ? Number.NaN : dateParts[part](date, numberCalculator),
    ),
    block,
    index,
  }));
}
