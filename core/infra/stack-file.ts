import { type Static, Type } from "@sinclair/typebox";
import { parse } from "yaml";
import { type Problem, problemsError } from "../config/problem.ts";
import { inFileOrder, validated, yamlFile } from "../config/yaml-file.ts";

const closed = { additionalProperties: false };
const text = Type.String({ minLength: 1 });

const answerProtocols = ["http", "https", "mongodb", "fluentd"] as const;

const AnswerSchema = Type.Object(
  {
    service: text,
    name: text,
    protocol: Type.Union(answerProtocols.map((protocol) => Type.Literal(protocol))),
    port: text,
    path: Type.Optional(text),
    shown: Type.Optional(text),
    user: Type.Optional(text),
    secret: Type.Optional(text),
    database: Type.Optional(text),
    tls: Type.Optional(Type.Boolean()),
  },
  closed,
);

const CertificateSchema = Type.Object({ on: text, chain: text, key: text, authority: text }, closed);

const StackSchema = Type.Object({
  "x-mlt": Type.Optional(
    Type.Object(
      {
        given: Type.Optional(Type.Array(text)),
        certificate: Type.Optional(CertificateSchema),
        answers: Type.Optional(Type.Array(AnswerSchema)),
      },
      closed,
    ),
  ),
  services: Type.Record(
    Type.String(),
    Type.Object(
      {
        build: Type.Optional(Type.Unknown()),
        profiles: Type.Optional(Type.Array(Type.String())),
      },
      { expected: "a map" },
    ),
  ),
  secrets: Type.Optional(Type.Record(Type.String(), Type.Object({ file: Type.Optional(Type.String()) }))),
});

/** Where a service of a stack is asked whether it answers. */
export type StackAnswer = Readonly<Static<typeof AnswerSchema>>;

/**
 * The certificate of a stack: `on` is the variable that says whether it has one, the others are names of secrets.
 * `chain` is the certificate itself and those that lead to the root, `authority` what a client trusts.
 */
export type StackCertificate = Readonly<Static<typeof CertificateSchema>>;

/** What a stack's compose.yaml says that mlt goes by. */
export interface StackFile {
  readonly services: Static<typeof StackSchema>["services"];
  readonly answers: readonly StackAnswer[];
  readonly certificate: StackCertificate | undefined;
  /** Names of secrets that are made by chance; each is a file of that name in `MLT_SECRETS_DIR`. */
  readonly generated: readonly string[];
  /** Names of those that a person gives. */
  readonly given: readonly string[];
  /** Whether an image of it is built. */
  readonly builds: boolean;
}

/**
 * Reads a stack's compose.yaml.
 *
 * @param name  as errors show it, such as `stacks/efk/compose.yaml`
 * @throws {MltError} with every problem of it
 */
export function parseStackFile(name: string, content: string): StackFile {
  const file = yamlFile({ name, text: content }, StackSchema, () => merged(content));
  if (file.problems.length > 0) throw refused(file.problems);
  const data = validated(StackSchema, file.data);
  const { answers = [], given = [], certificate } = data["x-mlt"] ?? {};
  const { chain, key, authority } = certificate ?? {};
  const names = secretNames(data.secrets ?? {});
  const unknown = [
    ...answers.flatMap(({ service, secret }, index) => [
      ...unknownName(service, Object.keys(data.services), ["x-mlt", "answers", `${index}`, "service"]),
      ...unknownName(secret, names, ["x-mlt", "answers", `${index}`, "secret"]),
    ]),
    ...given.flatMap((secret, index) => unknownName(secret, names, ["x-mlt", "given", `${index}`])),
    ...Object.entries({ chain, key, authority }).flatMap(([part, secret]) =>
      unknownName(secret, names, ["x-mlt", "certificate", part]),
    ),
  ].map(({ path, message }) => file.problem({ path, at: "value", message }));
  if (unknown.length > 0) throw refused(inFileOrder(unknown));
  return {
    services: data.services,
    answers,
    certificate,
    generated: names.filter((secret) => ![...given, chain, key, authority].includes(secret)),
    given,
    builds: Object.values(data.services).some(({ build }) => build !== undefined),
  };
}

/** The services that run under these profiles: those without any always do. */
export function activeServices({ services }: StackFile, profiles: readonly string[]): readonly string[] {
  return Object.entries(services)
    .filter(([, { profiles: own = [] }]) => own.length === 0 || own.some((each) => profiles.includes(each)))
    .map(([service]) => service);
}

/** With the keys that `<<` brings in, as Compose reads them. */
function merged(content: string): unknown {
  return parse(content, { merge: true, logLevel: "silent" });
}

const secretsFolder = /^\$\{MLT_SECRETS_DIR(?::?[?-][^}]*)?\}\/([\w.-]+)$/;

function secretNames(secrets: Readonly<Record<string, { readonly file?: string }>>): readonly string[] {
  return Object.values(secrets).flatMap(({ file = "" }) => secretsFolder.exec(file)?.[1] ?? []);
}

function unknownName(name: string | undefined, known: readonly string[], path: readonly string[]) {
  if (name === undefined || known.includes(name)) return [];
  return [{ path, message: `There is no ${path.at(-1) === "service" ? "service" : "secret"} "${name}"` }];
}

function refused(problems: readonly Problem[]) {
  return problemsError(problems, {
    hint: "Mend it; what mlt reads of a compose.yaml is explained at the head of its own, which mlt eject stacks writes.",
  });
}
