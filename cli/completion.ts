import { ExitCode, MltError } from "../core/errors.ts";
import type { Command } from "./command-table.ts";
import { argumentsOf, descriptionOf, subCommandsOf } from "./help.ts";
import { loadCommands } from "./load-commands.ts";

/** What may follow `mlt` and a verb. */
interface Completion {
  readonly verb: string;
  readonly description: string;
  /** Verbs below it, then its flags. */
  readonly words: readonly string[];
}

const shells = { bash, zsh, fish };

/** The script of one shell, made from the commands themselves. @throws {MltError} usage: for another shell */
export async function completionScript(shell: string): Promise<string> {
  const write = new Map(Object.entries(shells)).get(shell);
  if (write === undefined) {
    throw new MltError(`There is no completion for "${shell}"`, {
      hint: `Choose of ${Object.keys(shells).join(", ")}.`,
      exitCode: ExitCode.usage,
    });
  }
  return write(Array.from(await loadCommands(), ([verb, command]) => completionOf(verb, command)));
}

function completionOf(verb: string, command: Command): Completion {
  const below = subCommandsOf(command);
  const flags = [command, ...below.values()].flatMap((each) =>
    Object.entries(argumentsOf(each)).flatMap(([name, { type }]) =>
      type === "positional" ? [] : [`--${name}`],
    ),
  );
  const words = [...below.keys(), ...new Set(flags), "--help"];
  return { verb, description: descriptionOf(command), words };
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are the shell's
function bash(completions: readonly Completion[]): string {
  const cases = completions.map(({ verb, words }) => `    ${verb}) words="${words.join(" ")}" ;;`);
  return [
    "# mlt completion bash: add to ~/.bashrc:  source <(mlt completion bash)",
    "_mlt() {",
    '  local current="${COMP_WORDS[COMP_CWORD]}" words',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    "  esac",
    `  [ "$COMP_CWORD" -eq 1 ] && words="${completions.map(({ verb }) => verb).join(" ")} --help --version"`,
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '  [ "${#COMPREPLY[@]}" -eq 0 ] && COMPREPLY=($(compgen -f -- "$current"))',
    "  return 0",
    "}",
    "complete -o filenames -F _mlt mlt",
  ].join("\n");
}

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are the shell's

function zsh(completions: readonly Completion[]): string {
  const verbs = completions.map(({ verb, description }) => `    '${verb}:${quote(description)}'`);
  const cases = completions.map(({ verb, words }) => `    ${verb}) compadd -- ${words.join(" ")}; _files ;;`);
  return [
    "#compdef mlt",
    "# mlt completion zsh: add to ~/.zshrc:  source <(mlt completion zsh)",
    "_mlt() {",
    "  local -a verbs=(",
    ...verbs,
    "  )",
    "  if (( CURRENT == 2 )); then _describe 'command' verbs; return; fi",
    '  case "$words[2]" in',
    ...cases,
    "  esac",
    "}",
    "compdef _mlt mlt",
  ].join("\n");
}

function fish(completions: readonly Completion[]): string {
  return [
    "# mlt completion fish: mlt completion fish > ~/.config/fish/completions/mlt.fish",
    ...completions.map(
      ({ verb, description }) =>
        `complete -c mlt -n __fish_use_subcommand -a ${verb} -d '${quote(description)}'`,
    ),
    ...completions.flatMap(({ verb, words }) =>
      words.map((word) => {
        const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
        return `complete -c mlt -n '__fish_seen_subcommand_from ${verb}' ${what}`;
      }),
    ),
  ].join("\n");
}

function quote(text: string): string {
  return text.replaceAll("'", "’");
}
