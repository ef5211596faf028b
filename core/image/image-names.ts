import { ExitCode, MltError } from "../errors.ts";

/** What of the configuration names an image. */
export interface NameSettings {
  readonly registry?: string | undefined;
  readonly repository?: string | undefined;
  readonly name: string;
  readonly tag: string;
}

export interface NameOptions {
  /** What `--tag` says, separated by commas: `git` stands for the commit. */
  readonly tags?: string | undefined;
  /** The commit that the project's folder is at. */
  readonly commit?: string | undefined;
  /** Whether files of the project differ from it: then the tag says so. */
  readonly isChanged?: boolean;
}

/** How much of a commit stands for it, as GitHub and GitLab show it; "-dirty" is what `git describe` says. */
const commitLength = 8;

/**
 * The references of an image, `registry/repository/name:tag`, one for each tag.
 *
 * @throws {MltError} usage: when a tag is none, or stands for a commit that is not there
 */
export function imageNames(settings: NameSettings, options: NameOptions): readonly string[] {
  const { tags } = options;
  const path = [settings.registry, settings.repository, settings.name].filter((part) => part !== undefined);
  const wanted = tags === undefined ? [settings.tag] : tags.split(",").map((tag) => tag.trim());
  return [...new Set(wanted)].map((tag) => `${path.join("/")}:${tagOf(tag, options)}`);
}

function tagOf(tag: string, { commit, isChanged = false }: NameOptions): string {
  if (tag !== "git") {
    if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag)) return tag;
    throw new MltError(`Cannot read --tag "${tag}" as a tag`, {
      hint: "Give 1 to 128 letters, digits, underscores, dots and hyphens, or git for the commit.",
      exitCode: ExitCode.usage,
    });
  }
  if (commit !== undefined) return `${commit.slice(0, commitLength)}${isChanged ? "-dirty" : ""}`;
  throw new MltError("There is no commit to take a tag from: the project is in no git repository", {
    hint: "Commit the project, or give --tag another name.",
    exitCode: ExitCode.usage,
  });
}
