import type { ImageReference } from "../../../core/image/image-reference.ts";
import { type Authorizer, authorizer } from "./authorization.ts";
import { type CredentialSource, rememberedCredentials } from "./credentials.ts";
import { exchange, type HttpAnswer, type HttpRequest, type ReadBody, wholeBody } from "./exchange.ts";
import { type Patience, patiently } from "./patience.ts";
import { registryUrl } from "./registry-address.ts";
import { answerTrouble } from "./registry-trouble.ts";

export interface SessionOptions {
  /** Of an image in the repository; its tag and digest do not matter. */
  readonly reference: ImageReference;
  readonly credentials: CredentialSource;
  /** Whether it is spoken with unencrypted; not said, that is so on this machine alone. */
  readonly isInsecure?: boolean | undefined;
  readonly patience?: Partial<Patience>;
}

export type RegistryRequest = HttpRequest & {
  readonly access: "pull" | "push";
  /** Repository that is read from as well. */
  readonly from?: string;
};

/** Speaks with one repository of a registry. */
export interface RegistrySession {
  readonly registry: string;
  readonly repository: string;
  readonly patience: Patience;
  /** Address of the repository: `manifests/1.2.0`. */
  url(path: string): URL;
  /** One request, with who asks; again where it has to prove that. */
  exchange<Result>(request: RegistryRequest, read: ReadBody<Result>): Promise<Result>;
  /** One request with a small answer, which must have one of the statuses. */
  send(request: RegistryRequest, statuses: readonly number[]): Promise<HttpAnswer>;
  /** Does the work again, in a while, as long as what is wrong may pass. */
  patiently<Result>(work: () => Promise<Result>): Promise<Result>;
}

const patienceByDefault: Patience = {
  timeoutMs: 30_000,
  attempts: 5,
  firstPauseMs: 500,
  longestPauseMs: 8000,
};
/** The most that the specification lets a manifest have. */
const longestAnswer = 4 * 1024 * 1024;

export function registrySession(options: SessionOptions): RegistrySession {
  const { registry, repository } = options.reference;
  const patience = { ...patienceByDefault, ...options.patience };
  const root = registryUrl(registry, options.isInsecure);
  const authorize = authorizer({
    registry,
    credentials: rememberedCredentials(options.credentials),
    isInsecure: options.isInsecure ?? false,
    timeoutMs: patience.timeoutMs,
  });
  let hasAnswered = false;
  const authorized: RegistrySession["exchange"] = (request, read) =>
    exchangeAs(authorize, root, { request, repository, timeoutMs: patience.timeoutMs }, (response, alive) => {
      hasAnswered = true;
      return read(response, alive);
    });
  return {
    registry,
    repository,
    patience,
    url: (path) => new URL(`${repository}/${path}`, root),
    exchange: authorized,
    async send(request, statuses) {
      const answer = await authorized(request, wholeBody(longestAnswer));
      if (statuses.includes(answer.status)) return answer;
      throw answerTrouble(answer);
    },
    patiently: (work) => patiently(work, patience, () => hasAnswered),
  };
}

interface AuthorizedExchange {
  readonly request: RegistryRequest;
  readonly repository: string;
  readonly timeoutMs: number;
}

async function exchangeAs<Result>(
  authorize: Authorizer,
  root: URL,
  { request, repository, timeoutMs }: AuthorizedExchange,
  read: ReadBody<Result>,
): Promise<Result> {
  const scopes = [
    `repository:${repository}:${request.access === "push" ? "pull,push" : "pull"}`,
    ...(request.from === undefined ? [] : [`repository:${request.from}:pull`]),
  ];
  const isOurs = request.url.origin === root.origin;
  const attempt = (authorization: string | undefined) => {
    const headers = {
      ...request.headers,
      ...(authorization === undefined || !isOurs ? {} : { authorization }),
    };
    return exchange<Unauthorized | { result: Result }>(
      { ...request, headers },
      timeoutMs,
      async (response, alive) =>
        // A stranger that a redirect leads to does not say where the password is to be sent.
        response.status === 401 && isOurs && URL.parse(response.url)?.origin === root.origin
          ? new Unauthorized(response.headers.get("www-authenticate"))
          : { result: await read(response, alive) },
    );
  };
  const first = await attempt(authorize.known(scopes));
  if (!(first instanceof Unauthorized)) return first.result;
  const second = await attempt(await authorize.answer(first.challenge, scopes));
  if (second instanceof Unauthorized) throw await authorize.refusal(second.challenge);
  return second.result;
}

/** An answer that asks who asks. */
class Unauthorized {
  readonly challenge: string | null;

  constructor(challenge: string | null) {
    this.challenge = challenge;
  }
}
