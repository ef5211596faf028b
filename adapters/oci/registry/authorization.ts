import { isMap } from "../../../core/config/is-map.ts";
import { isLoopback } from "../../loopback.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import { exchange, type HttpAnswer, type HttpRequest, wholeBody } from "./exchange.ts";
import { answerTrouble, RegistryTrouble } from "./registry-trouble.ts";

export interface AuthorizerOptions {
  /** As references name it. */
  readonly registry: string;
  readonly credentials: CredentialSource;
  /** Whether passwords may go over a network unencrypted. */
  readonly isInsecure: boolean;
  readonly timeoutMs: number;
}

/** Knows the header `Authorization` of requests to one registry. */
export interface Authorizer {
  /** What is known to be good for the scopes, as far as anything is. */
  known(scopes: readonly string[]): string | undefined;
  /**
   * Finds what answers the challenge of a 401.
   *
   * @throws {RegistryTrouble} where it cannot be answered
   */
  answer(challenge: string | null, scopes: readonly string[]): Promise<string>;
  /** What it means that an answer to a challenge was met with this one. */
  refusal(challenge: string | null): Promise<RegistryTrouble>;
}

export function authorizer(options: AuthorizerOptions): Authorizer {
  const headers = new Map<string, string>();
  return {
    known: (scopes) => headers.get(scopes.join(" ")),
    async answer(challenge, scopes) {
      const header = await answered(parseChallenges(challenge ?? ""), scopes, options);
      headers.set(scopes.join(" "), header);
      return header;
    },
    async refusal(challenge) {
      if ((await options.credentials(options.registry)) === undefined) return loginNeeded(options.registry);
      const reasons = parseChallenges(challenge ?? "").map(({ parameters }) => parameters.get("error"));
      return reasons.includes("insufficient_scope")
        ? answerTrouble({ status: 403, headers: new Headers(), bytes: new Uint8Array() })
        : wrongCredentials(options.registry);
    },
  };
}

async function answered(
  challenges: readonly Challenge[],
  scopes: readonly string[],
  options: AuthorizerOptions,
): Promise<string> {
  const credentials = await options.credentials(options.registry);
  const bearer = challenges.find(({ scheme }) => scheme === "bearer");
  if (bearer !== undefined) return `Bearer ${await fetchToken(bearer, scopes, credentials, options)}`;
  if (!challenges.some(({ scheme }) => scheme === "basic")) {
    throw new RegistryTrouble("it asks for a kind of login that mlt does not know");
  }
  if (credentials === undefined || "identityToken" in credentials) throw loginNeeded(options.registry);
  return basic(credentials);
}

const longestTokenAnswer = 256 * 1024;

/** @see https://distribution.github.io/distribution/spec/auth/token/ and …/oauth/ */
async function fetchToken(
  { parameters }: Challenge,
  scopes: readonly string[],
  credentials: Credentials | undefined,
  options: AuthorizerOptions,
): Promise<string> {
  const realm = tokenServer(parameters.get("realm"), options);
  const wanted = new Set([...(parameters.get("scope")?.split(" ") ?? []), ...scopes]);
  const question = {
    realm,
    service: parameters.get("service"),
    scopes: [...wanted].filter((scope) => scope !== ""),
  };
  const ask = (request: HttpRequest) => exchange(request, options.timeoutMs, wholeBody(longestTokenAnswer));
  const byGet = credentials === undefined || !("identityToken" in credentials);
  let answer = await ask(byGet ? tokenGet(question, credentials) : tokenPost(question, credentials));
  // Some only know the newer way.
  if (byGet && credentials !== undefined && (answer.status === 404 || answer.status === 405)) {
    answer = await ask(tokenPost(question, credentials));
  }
  if (answer.status === 200) return tokenOf(answer);
  if (answer.status !== 401 && answer.status !== 403) throw answerTrouble(answer);
  throw credentials === undefined ? loginNeeded(options.registry) : wrongCredentials(options.registry);
}

interface TokenQuestion {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
}

function tokenGet(
  { realm, service, scopes }: TokenQuestion,
  credentials: Credentials | undefined,
): HttpRequest {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  if (credentials === undefined || "identityToken" in credentials) return { method: "GET", url };
  url.searchParams.set("account", credentials.username);
  return { method: "GET", url, headers: { authorization: basic(credentials) } };
}

function tokenPost({ realm, service, scopes }: TokenQuestion, credentials: Credentials): HttpRequest {
  const form = new URLSearchParams({
    client_id: "mlt",
    ...(service === undefined ? {} : { service }),
    scope: scopes.join(" "),
    ...("identityToken" in credentials
      ? { grant_type: "refresh_token", refresh_token: credentials.identityToken }
      : { grant_type: "password", username: credentials.username, password: credentials.password }),
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return { method: "POST", url: realm, headers, body: form.toString() };
}

/** Nobody on the way may read a password. */
function tokenServer(realm: string | undefined, { isInsecure }: AuthorizerOptions): URL {
  const url = URL.parse(realm ?? "");
  if (url === null) throw new RegistryTrouble("it does not say where tokens are given out");
  if (url.protocol === "https:") return url;
  if (url.protocol === "http:" && (isInsecure || isLoopback(url.hostname))) return url;
  throw new RegistryTrouble("it wants the password to be sent unencrypted");
}

function tokenOf({ bytes }: HttpAnswer): string {
  const text = new TextDecoder().decode(bytes);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    // Its message would quote a token.
    if (!(error instanceof SyntaxError)) throw error;
  }
  const token = isMap(data) ? (data["token"] ?? data["access_token"]) : undefined;
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) {
    throw new RegistryTrouble("what gives out tokens for it answers without one");
  }
  return token;
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${new TextEncoder().encode(`${username}:${password}`).toBase64()}`;
}

/** That the registry does not let just anyone. */
function loginNeeded(registry: string): RegistryTrouble {
  return new RegistryTrouble("it wants to know who asks", {
    hint: `Run docker login ${registry} first.`,
    status: 401,
  });
}

/** That the registry knows no such user. */
function wrongCredentials(registry: string): RegistryTrouble {
  return new RegistryTrouble("it does not accept the name and password that it was given", {
    hint: `Run docker login ${registry} again.`,
    status: 401,
  });
}
