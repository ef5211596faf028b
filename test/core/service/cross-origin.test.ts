import { describe, expect, test } from "bun:test";
import { goodRow, testService } from "../../support/test-service.ts";

const origin = "https://app.example.org";
const other = "https://other.example.org";

const serviceFor = (...origins: readonly string[]) => testService({ access: { keys: [], origins } });

function corsHeaders({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => /^(access-control-.*|vary)$/.test(name)));
}

function preflight(from: string): RequestInit {
  const asked = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
  };
  return { method: "OPTIONS", headers: { origin: from, ...asked } };
}

const readable = {
  "access-control-allow-origin": origin,
  "access-control-expose-headers":
    "x-request-id, x-model-id, x-model-version, retry-after, inference-header-content-length",
  vary: "origin",
};

const allowedRequest = {
  "access-control-allow-headers":
    "content-type, authorization, x-api-key, x-request-id, traceparent, inference-header-content-length",
  "access-control-max-age": "600",
};

describe("a service for pages of one origin", () => {
  test("lets them read its answers, errors included", async () => {
    const service = serviceFor(other, origin);
    const answer = await service.post("/api/predictions", [goodRow], { origin });
    const wrong = await service.post("/api/predictions", "", { origin });
    const missing = await service.get("/nothing", { headers: { origin } });
    expect([answer, wrong, missing].map(({ status }) => status)).toEqual([200, 400, 404]);
    for (const response of [answer, wrong, missing]) expect(corsHeaders(response)).toEqual(readable);
    expect(await answer.json()).toEqual([{ class_name: "setosa" }]);
  });

  test("lets no other page read them, and tells caches that the origin matters", async () => {
    const service = serviceFor(origin);
    for (const from of [other, "http://app.example.org", `${origin}:8443`, `${origin}.evil`, "null"]) {
      const response = await service.post("/api/predictions", [goodRow], { origin: from });
      expect(corsHeaders(response)).toEqual({ vary: "origin" });
    }
    expect(corsHeaders(await service.get("/ping"))).toEqual({ vary: "origin" });
  });

  test("answers a preflight with the methods of the path", async () => {
    const service = serviceFor(origin);
    const post = await service.get("/api/predictions", preflight(origin));
    expect([post.status, await post.text()]).toEqual([204, ""]);
    expect(corsHeaders(post)).toEqual({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "POST, OPTIONS",
      ...allowedRequest,
      vary: "origin",
    });
    const get = await service.get("/api/model", preflight(origin));
    expect(get.headers.get("access-control-allow-methods")).toBe("GET, HEAD, OPTIONS");
  });

  test("answers a preflight of another origin without allowing anything", async () => {
    const response = await serviceFor(origin).get("/api/predictions", preflight(other));
    expect(response.status).toBe(204);
    expect(corsHeaders(response)).toEqual({ vary: "origin" });
  });

  test("takes OPTIONS that asks for no method for a question of its own", async () => {
    const response = await serviceFor(origin).get("/ping", { method: "OPTIONS", headers: { origin } });
    expect([response.status, response.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
    expect(corsHeaders(response)).toEqual(readable);
  });

  test("keeps what else an answer varies by", async () => {
    const response = await serviceFor(origin).get("/docs/assets/swagger-ui.css", { headers: { origin } });
    expect(response.headers.get("vary")).toBe("accept-encoding, origin");
  });

  test("counts a preflight as any other request", async () => {
    const service = serviceFor(origin);
    await service.get("/api/predictions", preflight(origin));
    expect(service.entries).toMatchObject([{ method: "OPTIONS", route: "/api/predictions", status: 204 }]);
  });
});

test("a service with keys answers a preflight without one, and a page that has none learns of the 401", async () => {
  const service = testService({ access: { keys: ["0123456789abcdef"], origins: [origin] } });
  expect((await service.get("/api/predictions", preflight(origin))).status).toBe(204);
  const refused = await service.post("/api/predictions", [goodRow], { origin });
  expect(refused.status).toBe(401);
  expect(corsHeaders(refused)).toEqual(readable);
});

test("a service for pages of any origin says so to all alike", async () => {
  const service = serviceFor("*");
  const { vary: _, ...open } = { ...readable, "access-control-allow-origin": "*" };
  expect(corsHeaders(await service.get("/ping", { headers: { origin } }))).toEqual(open);
  expect(corsHeaders(await service.get("/ping"))).toEqual(open);
  expect(corsHeaders(await service.get("/api/predictions", preflight(origin)))).toEqual({
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "POST, OPTIONS",
    ...allowedRequest,
  });
});

test("a service for no other origin has no such header", async () => {
  for (const service of [testService(), serviceFor()]) {
    expect(corsHeaders(await service.get("/ping", { headers: { origin } }))).toEqual({});
    expect(corsHeaders(await service.get("/api/predictions", preflight(origin)))).toEqual({});
  }
});
