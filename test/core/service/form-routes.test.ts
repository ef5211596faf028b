import { describe, expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import type { ModelCard } from "../../../core/model/model-card.ts";
import { formAssetNames } from "../../../core/service/page-assets.ts";
import { constantPredictor, everyTypeCard } from "../../support/every-type-model.ts";
import { doublingPredictor, fixedCard } from "../../support/fixed-softmax-predictor.ts";
import { testService } from "../../support/test-service.ts";

const third = [0.5, 0.25, 0.25];

async function pageOf(card: ModelCard): Promise<string> {
  const service = testService({ predictor: constantPredictor(card, third) });
  return await (await service.get("/")).text();
}

function dataIn(html: string) {
  return JSON.parse(/<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(html)?.[1] ?? "");
}

describe("GET /", () => {
  test("is a page of relative addresses, without anything inline", async () => {
    const response = await testService().get("/");
    const html = await response.text();
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const addresses = Array.from(html.matchAll(/(?:src|href)="([^"]*)"/g), ([, address]) => address);
    expect(addresses).toEqual([
      "data:,",
      "assets/page.css",
      "assets/fields.css",
      "assets/answer.css",
      "assets/form.js",
      "docs/json",
      "#result",
      "docs",
      "docs/json",
      "api/model",
    ]);
    expect(html).not.toMatch(/<script>|<style| style=| on[a-z]+=/);
  });

  test("may run and load only what the service sends", async () => {
    const { headers } = await testService().get("/");
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    );
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  });

  test("is asked for anew at every visit, since the next model may be another", async () => {
    expect((await testService().get("/")).headers.get("cache-control")).toBe("no-cache");
  });

  test("brings the kept requests as examples, in the order of the fields, and asks for probabilities", async () => {
    expect(dataIn(await pageOf(everyTypeCard))).toEqual({
      modelId: everyTypeCard.id,
      path: "api/proba_predictions",
      examples: [
        [2.5, 3, true, "green", "Feb", "old"],
        [4.25, null, false, null, "May", null],
      ],
    });
  });

  test("asks a regression for predictions", async () => {
    const service = testService({ predictor: doublingPredictor() });
    const html = await (await service.get("/")).text();
    expect(dataIn(html).path).toBe("api/predictions");
    expect(html).toContain("Predicted y");
  });

  test("tells what the model is", async () => {
    const html = await pageOf({ ...fixedCard, description: "Tells irises apart" });
    for (const text of [
      "<title>iris 1.2.0</title>",
      "Tells irises apart",
      "species: setosa, versicolor, virginica",
      "<dt>Accuracy</dt><dd>0.970 ",
      "24 November 2026, 03:00 UTC",
      "FixedSoftmax",
    ]) {
      expect(html).toContain(text);
    }
  });

  test("escapes every text that comes from a project", async () => {
    const evil = `<img src=x onerror=alert(1)>"'</script><script>`;
    const html = await pageOf({
      ...fixedCard,
      name: evil,
      version: evil,
      description: evil,
      target: evil,
      classes: [evil, "b", "c"],
      estimator: { name: evil, params: {} },
      features: [
        { name: evil, type: "category", nullable: false, values: [evil], description: evil },
        { name: `${evil}2`, type: "string", nullable: false },
      ],
      golden: [{ row: { [evil]: evil, [`${evil}2`]: evil }, class_name: evil, probabilities: third }],
    });
    expect(html).not.toContain("<img");
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).toContain(
      `data-feature="&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&lt;/script&gt;&lt;script&gt;"`,
    );
    expect(dataIn(html).examples).toEqual([[evil, evil]]);
  });

  test("offers to find a feature among many", async () => {
    const features = Array.from(
      { length: 200 },
      (_, index) => ({ name: `x${index}`, type: "number", nullable: true }) as const,
    );
    expect(await pageOf({ ...fixedCard, features })).toContain(
      'id="found" class="hint" role="status">200 features',
    );
    expect(await pageOf(fixedCard)).not.toContain('id="find"');
  });
});

describe("GET /assets", () => {
  test.each([...formAssetNames])(
    "/%s is kept by browsers, and sent again only when it is another",
    async (name) => {
      const service = testService();
      const first = await service.get(`/assets/${name}`, { headers: { "accept-encoding": "gzip" } });
      const etag = first.headers.get("etag") ?? "";
      expect(first.headers.get("cache-control")).toBe("public, no-cache");
      expect(etag).toMatch(/^W\/"[0-9a-f]{16}"$/);
      const plain = await service.get(`/assets/${name}`);
      expect(gunzipSync(await first.arrayBuffer()).toString()).toBe(await plain.text());
      const again = await service.get(`/assets/${name}`, {
        headers: { "if-none-match": `"other", ${etag}` },
      });
      expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, etag, ""]);
      const changed = await service.get(`/assets/${name}`, { headers: { "if-none-match": '"other"' } });
      expect(changed.status).toBe(200);
    },
  );

  test("names no other host", async () => {
    const service = testService();
    for (const path of ["/", ...formAssetNames.map((name) => `/assets/${name}`)]) {
      expect(await (await service.get(path)).text()).not.toMatch(/https?:\/\//);
    }
  });
});
