import { ExitCode, MltError } from "../../core/errors.ts";
import { lastLine, type Said } from "../run-program.ts";
import { failureKinds } from "./failure-kinds.ts";

/** Where a client of a cluster failed. */
export interface FailurePlace {
  readonly namespace: string;
  /** A command of kubectl as a person types it here, such as `describe quota`. */
  kubectl(command: string): string;
}

/** What a client of a cluster said when it failed, as the cause in one line and the command that shows more. */
export function clusterFailure(said: Said, place: FailurePlace): MltError {
  const all = `${said.stdout}\n${said.stderr}`;
  const text = withoutLog(all);
  for (const { words, message, hint, exitCode = ExitCode.external } of failureKinds) {
    const match = words.exec(text);
    if (match === null) continue;
    const parts = { ...match.groups, cluster: clusterIn(all) };
    return new MltError(oneLine(message(parts, place)), { hint: hint(place), exitCode });
  }
  return new MltError(oneLine(`The cluster refuses: ${withoutPrefixes(lastLine(said))}`), {
    hint: `Run ${place.kubectl("get events")} to see more.`,
    exitCode: ExitCode.external,
  });
}

/** With the address that was asked, where it is said. */
function clusterIn(text: string): string {
  const places = [
    /server ([\w.:[\]-]+) was refused/,
    /"https?:\/\/([^/"]+)/,
    /lookup ([\w.-]+)/,
    /dial tcp ([\w.:[\]-]+?):? /,
  ];
  const address = places.map((place) => place.exec(text)?.[1]).find((found) => found !== undefined);
  return address === undefined ? "the cluster" : `the cluster at ${address}`;
}

/** The client's own log says the same five times over, each time before the client does. */
function withoutLog(text: string): string {
  return text.replace(/^[EWIF]\d{4} \d\d:.*?(?:err=<\n[\s\S]*?^ >)?$/gm, "");
}

/** Who passed it on says nothing of the cause. */
function withoutPrefixes(line: string): string {
  return line.replace(
    /^((?:Error|error): |Error from server(?: \(\w+\))?: |(?:UPGRADE|INSTALLATION) FAILED: )+/,
    "",
  );
}

const longest = 400;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
