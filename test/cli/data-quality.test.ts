import { expect, test } from "bun:test";
import { newProject, succeeded } from "../support/project.ts";

const leak =
  '"code" alone tells the target of nearly every row: leave it out if it is known only once the target is.';
const constant = '"place" is the same in every row: no model learns from that.';

test("mlt train tells before it fits what the data are like, also in --json and in report.html", async () => {
  using project = await newProject("iris");
  project.edit(
    "source/data/data_loader.ts",
    "return nRows === undefined ? data : data.head(nRows);",
    `return data.withColumns(
      pl.Series("code", data.getColumn("species").toArray().map((name) => String(name).length)),
      pl.Series("place", Array.from({ length: data.height }, () => 3)),
    );`,
  );
  project.edit(
    "source/model/features.yaml",
    "features:\n",
    "features:\n  - { name: code, type: integer }\n  - { name: place, type: integer }\n",
  );
  const trained = await project.mlt(["train"]);
  succeeded(trained);
  expect(trained.stderr).toMatch(
    /✓ Check and split .*\nwarning: "code" alone .*\nwarning: "place" is the same .*\n✓ Preprocess /,
  );
  const report = project.read("model_bin/report.html").replaceAll("&quot;", '"');
  expect(report).toContain(`<ul class="findings"><li>${leak}</li><li>${constant}</li></ul>`);
  // What makes the scores wrong stands at the top as well.
  expect(report.split(leak)).toHaveLength(3);
  const json = JSON.parse(succeeded(await project.mlt(["train", "--json"])));
  expect(json.data_quality).toEqual([
    { kind: "leak", names: ["code"], message: leak },
    { kind: "constant", names: ["place"], message: constant },
  ]);
  expect(json.warnings).not.toContain(leak);
});
