import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import {
  filesHash,
  readStack,
  readStackImages,
  type StackFiles,
} from "../../../adapters/compose/stack-files.ts";
import { problemsError } from "../../../core/config/problem.ts";
import { validated, yamlFile } from "../../../core/config/yaml-file.ts";
import { type AnswerTarget, answerTarget } from "../../../core/infra/answer-target.ts";
import { activeServices, parseStackFile } from "../../../core/infra/stack-file.ts";
import { type StackName, stackProfiles, stackVariables } from "../../../core/infra/stack-variables.ts";
import { version } from "../../version.ts";
import type { Project } from "../open-project.ts";
import { infraFolder } from "./infra-folder.ts";

/** A stack of the project, read and checked; nothing of it is written or started. */
export interface ReadStack {
  readonly name: StackName;
  /** Of its Compose project. */
  readonly composeProject: string;
  readonly files: StackFiles;
  /** Where the files lie, or will. */
  readonly folder: string;
  /** All but `MLT_SECRETS_DIR`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly profiles: readonly string[];
  readonly services: readonly string[];
  readonly targets: readonly AnswerTarget[];
  /** Names of secrets that are made, and of those that a person gives. */
  readonly generated: readonly string[];
  readonly given: readonly string[];
  readonly builds: boolean;
  /** Changes with what lies beside compose.yaml. */
  readonly filesHash: string;
}

/** Reads the stacks. @throws {MltError} with what is wrong with a file of theirs */
export async function readStacks(
  { root, config }: Pick<Project, "root" | "config">,
  names: readonly StackName[],
): Promise<readonly ReadStack[]> {
  const images = readImages(await readStackImages(root));
  return await Promise.all(
    names.map(async (name): Promise<ReadStack> => {
      const files = await readStack(root, name);
      const file = parseStackFile(files.shownName, files.compose);
      const variables = stackVariables(name, { config, images, mltVersion: version });
      const profiles = stackProfiles(name, config.infra);
      const services = activeServices(file, profiles);
      return {
        name,
        composeProject: `mlt-${name}`,
        files,
        folder: files.isOwn ? join(root, "stacks", name) : join(infraFolder(root).stacksDir, name),
        ...{ variables, profiles, services },
        targets: file.answers
          .filter(({ service }) => services.includes(service))
          .map((answer) => answerTarget(answer, variables)),
        ...{ generated: file.generated, given: file.given, builds: file.builds },
        filesHash: filesHash(files),
      };
    }),
  );
}

const ImagesSchema = Type.Record(Type.String(), Type.String({ minLength: 1 }));

function readImages(text: string): Readonly<Record<string, string>> {
  const file = yamlFile({ name: "stacks/images.yaml", text }, ImagesSchema);
  if (file.problems.length > 0) {
    throw problemsError(file.problems, {
      hint: "Write a line for each image, such as mongodb: docker.io/library/mongo:8.0.21.",
    });
  }
  return validated(ImagesSchema, file.data);
}
