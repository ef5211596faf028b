import { docsAssets } from "../../adapters/docs-assets.ts";
import { createService, type Service, type ServiceOptions } from "../../core/service/app.ts";
import type { AccessEntry } from "../../core/service/exchange.ts";
import { fixedSoftmaxPredictor } from "./fixed-softmax-predictor.ts";

/** Small enough to exceed in a test. */
export const testLimits = {
  maxRows: 3,
  maxBodyBytes: 1000,
  maxConcurrency: 100,
  maxQueueRows: 100,
  bodyTimeoutMs: 10_000,
};

/** A row that the fixed model calls a setosa. */
export const goodRow = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 };

export interface TestService extends Service {
  /** What was reported of every answered request, in order. */
  readonly entries: readonly AccessEntry[];
  get(path: string, init?: RequestInit): Promise<Response>;
  /** POSTs JSON text, or any value as JSON. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** The service with fixed ids (`id-1`, `id-2` …) and a clock that moves 5 ms a look. */
export function testService(options: Partial<ServiceOptions> = {}): TestService {
  const entries: AccessEntry[] = [];
  let ids = 0;
  let looks = 0;
  const service = createService({
    predictor: fixedSoftmaxPredictor(),
    limits: testLimits,
    mltVersion: "0.1.0",
    now: () => 5 * looks++,
    newId: () => `id-${++ids}`,
    schedule: setImmediate,
    docsAssets,
    onRequest: (entry) => entries.push(entry),
    ...options,
  });
  const get = (path: string, init: RequestInit = {}) => service.fetch(new Request(`http://ml${path}`, init));
  return {
    ...service,
    entries,
    get,
    post: (path, body, headers = {}) =>
      get(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
  };
}
