/** A character of a word, for JavaScript and for RE2: a letter or digit of any script, or an underscore. */
const wordCharacter = "[\\p{L}\\p{N}_]";
/** A word has two characters or more: scikit-learn's token pattern, `(?u)\b\w\w+\b`. */
export const wordPattern = `${wordCharacter}${wordCharacter}+`;

const words = new RegExp(wordPattern, "gu");
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
const ascii = /^[\x00-\x7f]*$/;

/** The words of a text in their order. */
export function wordsOf(text: string, lowercase: boolean): readonly string[] {
  if (!lowercase) return text.match(words) ?? [];
  // Of ASCII alone the whole is the same as character by character, and much faster.
  if (ascii.test(text)) return text.toLowerCase().match(words) ?? [];
  return (text.match(words) ?? []).map((word) => Array.from(word, lowerCharacter).join(""));
}

/** In lower case, one character for one: what stands around it changes nothing. */
export function lowerCharacter(character: string): string {
  // Of the dotted capital I, a plain i without the dot that would stand alone.
  return Array.from(character.toLowerCase())[0] ?? character;
}

/** All n-grams of the words, from `least` to `most` of them, joined by blanks. */
export function nGramsOf(
  found: readonly string[],
  [least, most]: readonly [number, number],
): readonly string[] {
  if (most === 1) return found;
  const grams: string[] = [];
  for (let n = least; n <= most; n++) {
    for (let start = 0; start + n <= found.length; start++)
      grams.push(found.slice(start, start + n).join(" "));
  }
  return grams;
}
