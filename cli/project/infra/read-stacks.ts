import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { Type } from "@sinclair/typebox";
import {
  filesHash,
  readStack,
  readStackImages,
  type StackFiles,
} from "../../../adapters/compose/stack-files.ts";
import { problemsError } from "../../../core/config/problem.ts";
import type { Config } from "../../../core/config/schema.ts";
import { validated, yamlFile } from "../../../core/config/yaml-file.ts";
import { MltError } from "../../../core/errors.ts";
import { type AnswerTarget, answerTarget } from "../../../core/infra/answer-target.ts";
import { certificateNames } from "../../../core/infra/certificate-names.ts";
import { activeServices, parseStackFile, type StackCertificate } from "../../../core/infra/stack-file.ts";
import { type StackName, stackProfiles, stackVariables } from "../../../core/infra/stack-variables.ts";
import { version } from "../../version.ts";
import type { Project } from "../open-project.ts";
import { infraFolder } from "./infra-folder.ts";
import type { OwnCertificate } from "./stack-certificate.ts";

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
  /** Those that are off too. */
  readonly allProfiles: readonly string[];
  readonly services: readonly string[];
  readonly targets: readonly AnswerTarget[];
  /** Names of secrets that are made, and of those that a person gives. */
  readonly generated: readonly string[];
  readonly given: readonly string[];
  readonly certificate?: ReadCertificate | undefined;
  readonly builds: boolean;
  /** Changes with what lies beside compose.yaml. */
  readonly filesHash: string;
}

/** The certificate of a stack, with what it takes to find or make it. */
export interface ReadCertificate extends StackCertificate {
  /** Whether the stack has one at all. */
  readonly isOn: boolean;
  /** Names and addresses that it has to be good for. */
  readonly names: readonly string[];
  readonly own: OwnCertificate | undefined;
}

/**
 * Reads the stacks.
 *
 * @param machine  how the machine that they are on is called from here; absent: it is this one, or nobody knows
 * @throws {MltError} with what is wrong with a file of theirs
 */
export async function readStacks(
  { root, config }: Pick<Project, "root" | "config">,
  names: readonly StackName[],
  machine?: string | undefined,
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
        allProfiles: Object.values(file.services).flatMap((service) => service.profiles ?? []),
        targets: file.answers
          .filter(({ service }) => services.includes(service))
          .map((answer) => answerTarget(answer, variables, { certificate: file.certificate, machine })),
        certificate: file.certificate && {
          ...file.certificate,
          isOn: variables[file.certificate.on] === "true",
          names: certificateNames({ services, hostname: hostname(), infra: config.infra }),
          own: ownCertificate(root, config.infra.efk),
        },
        ...{ generated: file.generated, given: file.given, builds: file.builds },
        filesHash: filesHash(files),
      };
    }),
  );
}

function ownCertificate(root: string, efk: Config["infra"]["efk"]): OwnCertificate | undefined {
  const { tls_cert_file: certFile, tls_key_file: keyFile, tls_ca_file: caFile } = efk;
  if (certFile === undefined && keyFile === undefined && caFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    const missing = certFile === undefined ? "tls_cert_file" : "tls_key_file";
    throw new MltError(`A file of a certificate is set in infra.efk, and ${missing} is not`, {
      hint: "Set tls_cert_file and tls_key_file, or none of them to have a certificate made.",
    });
  }
  return {
    certFile: resolve(root, certFile),
    keyFile: resolve(root, keyFile),
    caFile: caFile && resolve(root, caFile),
  };
}

/** Names of all secrets that a stack has. */
export function secretNamesOf({ generated, given, certificate }: ReadStack): readonly string[] {
  const { chain, key, authority } = certificate ?? {};
  return [...generated, ...given, ...[chain, key, authority].flatMap((name) => name ?? [])];
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
