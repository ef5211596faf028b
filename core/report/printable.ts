/**
 * A text that a client sent, as a terminal may show it: what would move the cursor or begin a line is written as its code,
 * and what is longer than `longest` ends in an ellipsis.
 */
export function printable(text: string, longest: number): string {
  const shown = text.length > longest ? `${text.slice(0, longest - 1).toWellFormed()}…` : text;
  return shown.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
