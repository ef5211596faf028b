import { expect, test } from "bun:test";
import { manifestChanges } from "../../../../adapters/helm/manifest-diff.ts";
import { releasedModel } from "../../../../adapters/helm/released-model.ts";
import { dryRunJson, dryRunText } from "../../../../cli/project/release/dry-run.ts";

const deployment = (id: string, digest: string) => `kind: Deployment
metadata:
  name: iris
spec:
  template:
    metadata:
      annotations:
        mlt.io/model-id: ${id}
        mlt.io/model-version: 1.0.0
    spec:
      containers:
        - image: registry.example.com/iris@${digest}
`;

function planned(before: string, after: string, nRevisions: number) {
  const history = Array.from({ length: nRevisions }, (_, at) => ({
    ...{ revision: at + 1, updated: "", status: "deployed", chart: "mlt-1.0.0", description: "" },
  }));
  return {
    ...{ release: "iris", cluster: { namespace: "team" }, history, revision: nRevisions + 1 },
    changes: manifestChanges(before, after),
    before: releasedModel(before),
    after: releasedModel(after),
  };
}

test("dryRunText() of another model shows both, and what changes as diff -u does", () => {
  expect(dryRunText(planned(deployment("one", "a"), deployment("two", "b"), 3))).toBe(
    `iris in the namespace team: revision 3 → 4; objects: 1 changed
  model  1.0.0 one → 1.0.0 two
  image  registry.example.com/iris@a → registry.example.com/iris@b

--- Deployment iris
+++ Deployment iris
@@ -5,8 +5,8 @@
   template:
     metadata:
       annotations:
-        mlt.io/model-id: one
+        mlt.io/model-id: two
         mlt.io/model-version: 1.0.0
     spec:
       containers:
-        - image: registry.example.com/iris@a
+        - image: registry.example.com/iris@b`,
  );
});

test("dryRunText() of a first release shows whole objects, of a Secret only its name", () => {
  const secret = "kind: Secret\nmetadata: {name: own}\ndata: {a: aHVudGVyMg==}\n";
  const text = dryRunText(planned("", `${deployment("one", "a")}---\n${secret}`, 0));
  expect(text).toStartWith(
    "iris in the namespace team: revision 1, the first; objects: 2 added\n  model  none → 1.0.0 one\n",
  );
  expect(text).toContain("\n--- /dev/null\n+++ Deployment iris\n@@ -0,0 +1,12 @@\n+kind: Deployment\n");
  expect(text).toEndWith("\n\nSecret own: added, not shown");
  expect(text).not.toContain("aHVudGVyMg");
});

test("dryRunText() and dryRunJson() tell that nothing changes", () => {
  const same = planned(deployment("one", "a"), deployment("one", "a"), 2);
  expect(dryRunText(same)).toBe(
    "iris in the namespace team already runs so, as revision 2: nothing to change",
  );
  expect(dryRunJson(same)).toEqual({
    release: "iris",
    namespace: "team",
    revision: { from: 2, to: null },
    model: { from: "one", to: "one" },
    image: { from: "registry.example.com/iris@a", to: "registry.example.com/iris@a" },
    changes: [],
  });
});

test("dryRunText() and dryRunJson() tell that a failed revision is made anew, though no object changes", () => {
  const same = planned(deployment("one", "a"), deployment("one", "a"), 2);
  const failed = { ...same, history: same.history.map((each) => ({ ...each, status: "failed" })) };
  expect(dryRunText(failed)).toBe(
    "iris in the namespace team already runs so, as revision 2: that is failed, and is made anew as 3",
  );
  expect(dryRunJson(failed)).toMatchObject({ revision: { from: 2, to: 3 }, changes: [] });
});
