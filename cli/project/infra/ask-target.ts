import { reachFluentd } from "../../../adapters/fluentd/reach-fluentd.ts";
import { reachMongoDb } from "../../../adapters/mongodb/reach-mongodb.ts";
import { askService } from "../../../adapters/service-client.ts";
import { type AnswerTarget, mongodbUri, targetUrl } from "../../../core/infra/answer-target.ts";

const timeoutMs = 5_000;

/**
 * Asks a service of a stack in its own protocol, with its login.
 *
 * @param secret  the user's password, or the shared key; empty where it has none
 * @param ca  PEM that its certificate is held against; absent: it has none, or nobody knows
 * @returns why it gives no answer; `undefined` where it does
 */
export async function askTarget(
  target: AnswerTarget,
  secret: string,
  ca?: string | undefined,
): Promise<string | undefined> {
  try {
    return await ask[target.protocol](target, secret, ca);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    return cause.message.split("\n").at(-1)?.trim();
  }
}

type Ask = (target: AnswerTarget, secret: string, ca: string | undefined) => Promise<string | undefined>;

const ask: Readonly<Record<AnswerTarget["protocol"], Ask>> = {
  http: askHttp,
  https: askHttp,
  async mongodb(target, secret) {
    const { database = "" } = target;
    const uri = mongodbUri(target, secret);
    await reachMongoDb({ uri, database, collection: "predictions", connectTimeoutMs: timeoutMs, timeoutMs });
    return undefined;
  },
  async fluentd({ host, port, secret: name }, secret, ca) {
    const security = name === undefined ? undefined : { sharedKey: secret };
    const [reached] = await reachFluentd({
      ...{ servers: [{ host, port }], security, connectTimeoutMs: timeoutMs },
      tls: ca === undefined ? undefined : { ca },
    });
    return reached?.failure?.message;
  },
};

async function askHttp(
  target: AnswerTarget,
  secret: string,
  ca: string | undefined,
): Promise<string | undefined> {
  const { user, path } = target;
  const url = new URL(targetUrl({ ...target, shownPath: path }));
  const login = Buffer.from(`${user}:${secret}`).toString("base64");
  const headers = user === undefined ? {} : { authorization: `Basic ${login}` };
  // Where nobody knows the certificate it is this machine that is asked.
  const { status } = await askService(url, { timeoutMs, verifies: ca !== undefined, ca, headers });
  if (status >= 200 && status < 400) return undefined;
  const refusal = status === 401 || status === 403 ? ": it does not take the password of secrets.env" : "";
  return `it answers ${url.pathname} with ${status}${refusal}`;
}
