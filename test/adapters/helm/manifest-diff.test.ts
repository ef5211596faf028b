import { expect, test } from "bun:test";
import { manifestChanges } from "../../../adapters/helm/manifest-diff.ts";

const before = `---
# Source: mlt/templates/service.yaml
apiVersion: v1
kind: Service
metadata: { name: iris }
spec:
  ports: [{ port: 8000 }]
---
# Source: mlt/templates/configmap.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: iris
data:
  config.yaml: |
    serve:
      max_rows: 10
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: iris
`;

const after = `---
# Source: mlt/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: "iris"
spec:
  ports:
    - port: 8000
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: iris
data:
  config.yaml: |
    serve:
      max_rows: 20
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: iris
`;

test("manifestChanges() tells objects that come, change and go, and not how they are written", () => {
  const changes = manifestChanges(before, after);
  expect(changes.map(({ kind, name, change }) => [kind, name, change])).toEqual([
    ["ConfigMap", "iris", "changed"],
    ["PodDisruptionBudget", "iris", "added"],
    ["ServiceAccount", "iris", "removed"],
  ]);
  const [hunk] = changes[0]?.hunks ?? [];
  expect(hunk?.lines.filter(({ kind }) => kind !== "same")).toEqual([
    { kind: "removed", text: "      max_rows: 10" },
    { kind: "added", text: "      max_rows: 20" },
  ]);
});

test("manifestChanges() shows no line of a Secret, which a chart of the project's own may have", () => {
  const secret = (value: string) =>
    `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {key: ${value}}\n`;
  expect(manifestChanges(secret("aHVudGVyMg=="), secret("aHVudGVyMw=="))).toEqual([
    { kind: "Secret", name: "a", change: "changed", hunks: [] },
  ]);
});

test.each(["", "---\n", "# nothing\n---\n# at all\n"])(
  "manifestChanges() finds no object in %p",
  (manifest) => {
    expect(manifestChanges(manifest, manifest)).toEqual([]);
  },
);
