import { expect } from "bun:test";
import { copyOf, newProject, succeeded } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

const seconds = 1000;

testWith(
  ["deno"],
  "The source on Deno trains, serves, predicts and checks the model that the binary reads too",
  async () => {
    using project = await newProject("iris", "deno");
    succeeded(await project.mlt(["train"]));
    {
      await using service = await project.serve();
      const response = await fetch(`${service.url}/api/predictions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: project.read("tests/prediction/example_classification1.json"),
      });
      expect(await response.json()).toEqual([{ class_name: "setosa" }]);
      service.child.kill("SIGTERM");
      expect((await service.finished).exitCode).toBe(0);
    }
    const onDeno = succeeded(await project.mlt(["predict", "tests/prediction/batch.csv"]));
    expect(onDeno).toContain("\n5.1,3.5,1.4,0.2,setosa,");
    const doctor = JSON.parse(succeeded(await project.mlt(["doctor", "--json"])));
    expect(doctor.filter(({ state }: { state: string }) => state === "problem")).toEqual([]);
    using same = copyOf(project);
    expect(succeeded(await same.mlt(["predict", "tests/prediction/batch.csv"]))).toBe(onDeno);
    const tested = await project.mlt(["test"]);
    expect({ exitCode: tested.exitCode, stderr: tested.stderr }).toEqual({
      exitCode: 3,
      stderr:
        "error: Tests of a project need bun:test, which Deno does not have\n" +
        "hint: Run mlt test with the compiled mlt.\n",
    });
  },
  60 * seconds,
);
