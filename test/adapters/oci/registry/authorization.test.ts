import { expect, test } from "bun:test";
import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { parseChallenges } from "../../../../adapters/oci/registry/challenge.ts";
import type { Credentials } from "../../../../adapters/oci/registry/credentials.ts";
import { openRegistry, type Registry } from "../../../../adapters/oci/registry/open-registry.ts";
import { parseImageReference } from "../../../../core/image/image-reference.ts";
import { openssl } from "../../../support/certificates.ts";
import { dockerRegistry, registryTools } from "../../../support/docker-registry.ts";
import { failure } from "../../../support/failure.ts";
import { blobOf, noise } from "../../../support/image-blobs.ts";
import { meddlingProxy } from "../../../support/meddling-proxy.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { testWith } from "../../../support/tools.ts";

const patience = { timeoutMs: 2000, attempts: 2, firstPauseMs: 10, longestPauseMs: 50 };
const guest = { username: "guest", password: "guest" };
const ada = { username: "ada", password: "pass:word" };

function open(host: string, credentials?: Credentials): Registry {
  const reference = parseImageReference(`${host}/team/iris`);
  return openRegistry({ reference, credentials: () => Promise.resolve(credentials), patience });
}

test("parseChallenges() reads several schemes, quoted commas and bare words", () => {
  const header =
    'Bearer realm="https://a/t?x=1,2",service=s , scope="repository:a:pull,push", Basic Realm="a \\"b\\""';
  const challenges = parseChallenges(header);
  expect(challenges.map(({ scheme, parameters }) => [scheme, ...parameters])).toEqual([
    ["bearer", ["realm", "https://a/t?x=1,2"], ["service", "s"], ["scope", "repository:a:pull,push"]],
    ["basic", ["realm", 'a "b"']],
  ]);
  expect(parseChallenges("Negotiate, Basic")).toHaveLength(2);
  expect(parseChallenges("")).toEqual([]);
});

testWith(registryTools, "Registry lets itself in by name and password", async () => {
  using dir = tempDir();
  await using server = await dockerRegistry(dir.path, { login: { kind: "basic", ...ada } });
  await server.start();
  const blob = await blobOf(noise(1000));
  expect(await open(server.host, ada).pushBlob(blob.descriptor, blob.bytes)).toBe(1000);

  const wrong = await failure(() => open(server.host, { ...ada, password: "wrong" }).digestOf("1"));
  expect(wrong.message).toBe(
    `Cannot pull from "${server.host}/team/iris": it does not accept the name and password that it was given`,
  );
  expect(wrong.hint).toBe(`Run docker login ${server.host} again.`);
  expect(wrong.exitCode).toBe(4);
  const nobody = await failure(() => open(server.host).pushBlob(blob.descriptor, blob.bytes));
  expect(nobody.message).toBe(`Cannot push to "${server.host}/team/iris": it wants to know who asks`);
  expect(nobody.hint).toBe(`Run docker login ${server.host} first.`);
});

/** Gives out what docker-registry takes for a token: a JSON Web Token with its certificate. */
function tokenServer(dir: string): (asked: IncomingMessage, answer: ServerResponse) => true {
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(dir, ["req", "-x509", ...curve, "-keyout", "t.key", "-out", "t.pem", "-subj", "/CN=tokens"]);
  const key = createPrivateKey(readFileSync(join(dir, "t.key")));
  const certificate = readFileSync(join(dir, "t.pem"), "utf8").replace(/-----.*-----|\s/g, "");
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return ({ url = "", headers }, answer) => {
    const { searchParams } = new URL(url, "http://tokens");
    const isAda = headers.authorization === `Basic ${Buffer.from("ada:pass:word").toString("base64")}`;
    const isGuest = headers.authorization === `Basic ${Buffer.from("guest:guest").toString("base64")}`;
    if (!isAda && !isGuest && headers.authorization !== undefined) {
      answer.writeHead(401).end();
      return true;
    }
    const access = searchParams.getAll("scope").flatMap((scope) => {
      const [type, name, actions = ""] = scope.split(":");
      // All others may only look.
      return { type, name, actions: actions.split(",").filter((action) => isAda || action === "pull") };
    });
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: "test issuer",
      sub: "",
      aud: searchParams.get("service"),
      exp: now + 300,
      nbf: now - 5,
      iat: now,
    };
    const text = `${base64({ typ: "JWT", alg: "ES256", x5c: [certificate] })}.${base64({ ...claims, jti: randomUUID(), access })}`;
    const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString(
      "base64url",
    );
    answer.end(JSON.stringify({ token: `${text}.${signature}` }));
    return true;
  };
}

testWith([...registryTools, "openssl"], "Registry gets a token for what it does, once", async () => {
  using dir = tempDir();
  await using tokens = await meddlingProxy(9, { instead: tokenServer(dir.path) });
  const certificate = join(dir.path, "t.pem");
  const login = { kind: "token", realm: `http://${tokens.host}/token`, certificate } as const;
  await using server = await dockerRegistry(dir.path, { login });
  await server.start();
  const registry = open(server.host, ada);
  const blob = await blobOf(noise(10_000_000));
  expect(await registry.pushBlob(blob.descriptor, blob.bytes)).toBe(10_000_000);
  expect(tokens.asked).toHaveLength(1);
  expect(await registry.digestOf("1")).toBeUndefined();
  expect(tokens.asked).toHaveLength(2);

  const anyone = open(server.host);
  await anyone.blob(blob.descriptor, join(dir.path, "blob"));
  const other = await blobOf(noise(2000));
  const refused = await failure(() => anyone.pushBlob(other.descriptor, other.bytes));
  expect(refused.message).toContain("it wants to know who asks");
  expect(refused.exitCode).toBe(4);
  const visitor = await failure(() => open(server.host, guest).pushBlob(other.descriptor, other.bytes));
  expect(visitor.message).toBe(`Cannot push to "${server.host}/team/iris": it refuses that`);
  const wrong = await failure(() => open(server.host, { ...ada, password: "wrong" }).digestOf("1"));
  expect(wrong.message).toContain("it does not accept the name and password that it was given");
});

test("Registry renews a token that is not good any more, and trades in what an earlier login was answered with", async () => {
  const given: string[] = [];
  const asked: string[] = [];
  await using tokens = await meddlingProxy(9, {
    instead: (incoming, answer) => {
      let body = "";
      incoming.setEncoding("utf8").on("data", (part) => {
        body += part;
      });
      incoming.on("end", () => {
        asked.push(`${incoming.method} ${body}`);
        given.push(`token-${given.length + 1}`);
        answer.end(JSON.stringify({ access_token: given.at(-1) }));
      });
      return true;
    },
  });
  const digest = `sha256:${"a".repeat(64)}`;
  let answers = 0;
  await using proxy = await meddlingProxy(9, {
    instead: ({ headers }, answer) => {
      // The first token is good once, the second one for longer.
      const isGood = headers.authorization === `Bearer token-${answers === 0 ? 1 : 2}`;
      const challenge = `Bearer realm="http://${tokens.host}/",service="s"`;
      if (isGood) answers++;
      answer.writeHead(
        isGood ? 200 : 401,
        isGood ? { "docker-content-digest": digest } : { "www-authenticate": challenge },
      );
      answer.end();
      return true;
    },
  });
  const registry = open(proxy.host, { identityToken: "refresh me" });
  for (let time = 0; time < 3; time++) expect(await registry.digestOf("1")).toBe(digest);
  const form = "client_id=mlt&service=s&scope=repository%3Ateam%2Firis%3Apull&grant_type=refresh_token";
  const trade = `POST ${form}&refresh_token=refresh+me`;
  expect(asked).toEqual([trade, trade]);
});

test("Registry sends no password over the network unencrypted, whoever asks for it", async () => {
  await using proxy = await meddlingProxy(9, {
    instead: (_, answer) => {
      answer.writeHead(401, { "www-authenticate": 'Bearer realm="http://tokens.example/token"' }).end();
      return true;
    },
  });
  const { message } = await failure(() => open(proxy.host, ada).digestOf("1"));
  expect(message).toContain("it wants the password to be sent unencrypted");
});
