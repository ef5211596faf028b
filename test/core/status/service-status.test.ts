import { expect, test } from "bun:test";
import { serviceStatus } from "../../../core/status/service-status.ts";

const metrics = `# TYPE mlt_request_total counter
mlt_request_total{route="/api/predictions",status="200"} 8
mlt_request_total{route="/readyz",status="200"} 100
mlt_request_total{route="/api/predictions",status="422"} 2
mlt_request_duration_seconds_bucket{route="/api/predictions",le="0.001"} 5
mlt_request_duration_seconds_bucket{route="/api/predictions",le="0.003"} 10
mlt_request_duration_seconds_bucket{route="/api/predictions",le="+Inf"} 10
mlt_request_duration_seconds_bucket{route="/readyz",le="0.001"} 100
mlt_request_duration_seconds_bucket{route="/readyz",le="+Inf"} 100
mlt_model_info{id="3d6f",name="iris",version="1.2.0"} 1
mlt_model_creation_timestamp_seconds 1795489200
mlt_worker_listening 2
mlt_prediction_log_written_total{sink="spool"} 10
mlt_prediction_log_dropped_total{sink="spool"} 0
mlt_prediction_log_dropped_total{sink="mongodb"} 3
mlt_prediction_log_delivered_total{sink="mongodb"} 6
mlt_prediction_log_refused_total{sink="mongodb"} 0
mlt_prediction_log_pending{sink="mongodb"} 1
mlt_feature_psi{feature="size"} 0.3
mlt_feature_psi{feature="colour"} NaN
mlt_prediction_psi 0.1
mlt_drift_rows 150
`;
const ready = { status: 200, text: '{"status":"ready"}' };

test("serviceStatus() gathers what a service says of itself", () => {
  expect(serviceStatus({ ready, metrics })).toEqual({
    ready: true,
    trouble: null,
    // 1795489200 s are 20781 days, 3 h: 56 years of 365 days with 14 leap days to 2026-01-01 (20454), then 327 days.
    model: { id: "3d6f", name: "iris", version: "1.2.0", creation_time: "2026-11-24T03:00:00.000Z" },
    workers: 2,
    // The 5th of ten is the last within a millisecond; the 9.9th is 4.9 of 5 from there to 3 ms.
    requests: [
      {
        route: "/api/predictions",
        answered: 10,
        by_status: { "200": 8, "422": 2 },
        p50_ms: 1,
        p99_ms: expect.closeTo(2.96, 9),
      },
    ],
    prediction_log: [
      { sink: "spool", written: 10, delivered: null, pending: null, refused: null, dropped: 0 },
      { sink: "mongodb", written: null, delivered: 6, pending: 1, refused: 0, dropped: 3 },
    ],
    drift: {
      rows: 150,
      features: [
        { name: "size", psi: 0.3, shift: "moved_a_lot" },
        { name: "colour", psi: null, shift: "too_few_rows" },
      ],
      prediction: { name: "predictions", psi: 0.1, shift: "moved" },
    },
  });
});

test.each([
  [
    503,
    '{"title":"Service Unavailable","detail":"The service is shutting down"}',
    "The service is shutting down",
  ],
  [502, "<html>Bad gateway</html>", "It answers 502"],
  [503, "null", "It answers 503"],
])("serviceStatus() says why a service that answers %s %s is not ready", (status, text, trouble) => {
  expect(serviceStatus({ ready: { status, text }, metrics })).toMatchObject({ ready: false, trouble });
});

test("serviceStatus() tells what is wrong with the log of a service that is ready", () => {
  const text = '{"status":"ready","prediction_log":"the disk is full"}';
  expect(serviceStatus({ ready: { status: 200, text }, metrics })).toMatchObject({
    ready: true,
    trouble: "the disk is full",
  });
});

test("serviceStatus() takes what a service does not say for one worker that was asked nothing", () => {
  expect(serviceStatus({ ready, metrics: "" })).toEqual({
    ready: true,
    trouble: null,
    model: null,
    workers: 1,
    requests: [],
    prediction_log: [],
    drift: { rows: 0, features: [], prediction: null },
  });
});
