/** A section of Fluentd's configuration; the whole file is one without a name. */
export interface FluentdSection {
  readonly name: string;
  readonly argument: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly sections: readonly FluentdSection[];
}

interface OpenSection extends FluentdSection {
  readonly parameters: Record<string, string>;
  readonly sections: FluentdSection[];
}

const section = (name: string, argument = ""): OpenSection => ({
  name,
  argument,
  parameters: {},
  sections: [],
});

/**
 * Reads the syntax of Fluentd's configuration, version 1, strictly: a line is a comment, begins or ends a section, or is a parameter.
 *
 * @param include  the text of a file that `@include` names
 * @throws {SyntaxError} with the line that is none of these, ends what is not open, or says a parameter twice
 * @see https://docs.fluentd.org/configuration/config-file
 */
export function parseFluentd(text: string, include: (name: string) => string): FluentdSection {
  const open = [section("")];
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line !== "" && !line.startsWith("#")) readLine(open, line, include);
  }
  const [whole, ...unclosed] = open;
  if (whole === undefined || unclosed.length > 0)
    throw new SyntaxError(`<${unclosed[0]?.name}> is not closed`);
  return whole;
}

function readLine(open: OpenSection[], line: string, include: (name: string) => string): void {
  const top = open.at(-1) ?? section("");
  const [, begun, argument] = /^<([a-z_]+)(?: ([^<>]+))?>$/.exec(line) ?? [];
  if (begun !== undefined) {
    open.push(section(begun, argument));
    return;
  }
  if (line.startsWith("</")) {
    if (open.length < 2 || line !== `</${top.name}>`)
      throw new SyntaxError(`"${line}" ends what is not open`);
    open.pop();
    open.at(-1)?.sections.push(top);
    return;
  }
  const [, name = "", value = ""] = /^(@?[a-z_]+) (.+)$/.exec(line) ?? [];
  if (name === "" || name in top.parameters) throw new SyntaxError(`Cannot read "${line}"`);
  if (name === "@include") top.sections.push(...parseFluentd(include(value), include).sections);
  else top.parameters[name] = value;
}
