import type { ArgDef, ArgsDef } from "citty";
import { ExitCode, MltError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";

/** A positional with this hint takes all the words that are left. */
export const restHint = "...";

/**
 * Refuses what citty lets pass in silence: unknown flags, flags without their value, flags given twice, extra words.
 *
 * @param command  as typed, such as `mlt train`
 * @throws {MltError} usage
 */
export function checkArguments(rawArgs: readonly string[], definitions: ArgsDef, command: string): void {
  const reader = new ArgumentReader(rawArgs, definitions, command);
  reader.read();
}

class ArgumentReader {
  readonly #words: string[];
  readonly #definitions: ArgsDef;
  readonly #command: string;
  readonly #given = new Set<string>();
  #positionals = 0;

  constructor(rawArgs: readonly string[], definitions: ArgsDef, command: string) {
    this.#words = [...rawArgs];
    this.#definitions = definitions;
    this.#command = command;
  }

  read(): void {
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      if (word === "--") {
        for (const rest of this.#words.splice(0)) this.#readPositional(rest);
      } else if (word.startsWith("-") && word !== "-") this.#readFlag(word);
      else this.#readPositional(word);
    }
    this.#checkRequired();
  }

  #readFlag(word: string): void {
    // Of "-o=file" citty would take "=file" for the value: only a long flag may have its value behind "=".
    const [flag = "", value] = word.startsWith("--") ? word.split(/=(.*)/s) : [word];
    const [name, definition] = this.#find(flag);
    if (this.#given.has(name)) throw this.#refusal(`${flag} is given twice`);
    this.#given.add(name);
    if (definition.type === "boolean") {
      if (value !== undefined && value !== "true" && value !== "false") {
        throw this.#refusal(`${flag} takes no value`);
      }
      return;
    }
    // A word that looks like a flag is one, unless it is a negative number.
    const taken = value ?? this.#words.shift() ?? "";
    if (taken === "" || (value === undefined && /^-[^\d]/.test(taken)))
      throw this.#refusal(`${flag} needs a value`);
  }

  #find(flag: string): [string, ArgDef] {
    const name = flag.replace(/^--?/, "");
    const flags = Object.entries(this.#definitions).filter(([, { type }]) => type !== "positional");
    const found = flags.find(([key, definition]) => spellings(key, definition).includes(flag));
    if (found !== undefined) return found;
    const guess = nearest(name, ["help", ...flags.map(([key]) => key)]);
    throw this.#refusal(`Unknown flag ${flag}${guess === undefined ? "" : `; did you mean --${guess}?`}`);
  }

  #readPositional(word: string): void {
    const positionals = Object.values(this.#definitions).filter(({ type }) => type === "positional");
    const takesRest = positionals.some(({ valueHint }) => valueHint === restHint);
    this.#positionals++;
    if (this.#positionals > positionals.length && !takesRest)
      throw this.#refusal(`Unexpected argument "${word}"`);
  }

  #checkRequired(): void {
    const positionals = Object.entries(this.#definitions).filter(([, { type }]) => type === "positional");
    const missing = positionals.slice(this.#positionals).find(([, { required }]) => required !== false);
    if (missing !== undefined) throw this.#refusal(`The argument ${missing[0].toUpperCase()} is missing`);
  }

  #refusal(message: string): MltError {
    return new MltError(message, {
      hint: `Run ${this.#command} --help to see how it is used.`,
      exitCode: ExitCode.usage,
    });
  }
}

/** `--seed`, `--force` and `--no-force`, `-o` and `--output`. */
function spellings(name: string, definition: ArgDef): string[] {
  const short = "alias" in definition ? [definition.alias].flat().map((alias) => `-${alias}`) : [];
  return [`--${name}`, ...(definition.type === "boolean" ? [`--no-${name}`] : []), ...short];
}
