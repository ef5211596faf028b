import { refuseBytes, textReader } from "./cell-text.ts";
import type { Cell, ColumnKind } from "./column-builder.ts";

/** What the protocol says of a column. */
export interface MysqlField {
  readonly name: string;
  readonly type?: number | undefined;
  /** As declared, such as 1 of TINYINT(1). */
  readonly columnLength?: number | undefined;
  readonly characterSet?: number | undefined;
}

/** What a column is in a data frame, and how its text is read. @throws {MltError} for a column of bytes */
export function mysqlColumn(field: MysqlField): {
  readonly kind: ColumnKind;
  readonly read: (text: string) => Cell;
} {
  const { name } = field;
  if (isBytes(field)) refuseBytes(name);
  if (field.type === types.bit) return { kind: "boolean", read: (text) => text !== "\0" };
  const kind = kindOf(field);
  return { kind, read: textReader(name, kind) };
}

function kindOf({ type = types.text, columnLength }: MysqlField): ColumnKind {
  // As MySQL declares a BOOLEAN.
  if (type === types.tiny && columnLength === 1) return "boolean";
  return kinds.get(type) ?? "text";
}

/** Text in the character set `binary`, points on a map, several bits, vectors. */
function isBytes({ type = types.text, characterSet, columnLength = 0 }: MysqlField): boolean {
  if (type === types.bit) return columnLength > 1;
  if (type === types.geometry || type === types.vector) return true;
  return characterSet === binaryCharset && stringTypes.has(type);
}

const binaryCharset = 63;

/** @see https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
const types = { tiny: 1, bit: 16, vector: 242, geometry: 255, text: 253 };

/** VARCHAR, the sizes of BLOB and TEXT, VARBINARY, BINARY: which one, the character set says. */
const stringTypes = new Set([15, 249, 250, 251, 252, 253, 254]);

/** All others come as the text that MySQL writes. */
const kinds: ReadonlyMap<number, ColumnKind> = new Map([
  // TINYINT, SMALLINT, INT, BIGINT, MEDIUMINT, YEAR
  [1, "integer"],
  [2, "integer"],
  [3, "integer"],
  [8, "integer"],
  [9, "integer"],
  [13, "integer"],
  // DECIMAL, FLOAT, DOUBLE, NEWDECIMAL
  [0, "number"],
  [4, "number"],
  [5, "number"],
  [246, "number"],
  [10, "date"],
  [14, "date"],
  // TIMESTAMP, DATETIME
  [7, "timestamp"],
  [12, "timestamp"],
]);
