import { expect, test } from "bun:test";
import { isProbe } from "../../../core/service/probes.ts";
import { goodRow, testService } from "../../support/test-service.ts";

test("isProbe() knows the routes of health and metrics by their names in the access log", async () => {
  const service = testService();
  const model = "/v2/models/iris";
  const paths = ["/ping", "/livez", "/readyz", "/healthz", "/metrics", "/v2/health/live", "/v2/health/ready"];
  for (const path of [...paths, `${model}/ready`, `${model}/versions/1.2.0/ready`]) await service.get(path);
  expect(service.entries.map(({ route, status }) => [isProbe(route), status])).toEqual(
    Array.from({ length: 9 }, () => [true, 200]),
  );
});

test("isProbe() takes nothing else for one", async () => {
  const service = testService();
  await service.post("/api/predictions", [goodRow]);
  for (const path of ["/", "/docs", "/api/model", "/v2", "/v2/models/iris", "/nowhere"])
    await service.get(path);
  expect(service.entries.map(({ route }) => isProbe(route))).toEqual(Array.from({ length: 7 }, () => false));
});
