import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { fluentForwardServer, fluentForwardTool } from "../support/fluentforward-server.ts";
import { mongoServer, mongoTools } from "../support/mongo-server.ts";
import { newProject } from "../support/project.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

const iris = await newProject();
afterAll(() => iris[Symbol.dispose]());

const tools = [...mongoTools, fluentForwardTool];

testWith(tools, "mlt doctor looks whether the sinks of the prediction log can be reached", async () => {
  using dir = tempDir();
  await using mongo = await mongoServer(dir.path);
  await using fluentd = await fluentForwardServer(dir.path);
  const env = {
    MLT_LOGGING__MONGODB__URI: mongo.uri.replace("//", "//mlt:hush@").replace("/?", "/"),
    MLT_LOGGING__FLUENTD__HOST: "127.0.0.1",
    MLT_LOGGING__FLUENTD__PORT: `${fluentd.port}`,
    MLT_LOGGING__DROP: "sepal_lenght",
  };
  const down = await iris.mlt(["doctor"], env);
  expect(down.exitCode).toBe(3);
  expect(down.stdout).toMatch(/✗ prediction log .*"sepal_lenght", which the model does not have/);
  expect(down.stdout).toMatch(new RegExp(`✗ fluentd .*127.0.0.1:${fluentd.port}`));
  expect(down.stdout).toMatch(new RegExp(`✗ mongodb .*127.0.0.1:${mongo.port}`));
  expect(down.stdout).not.toContain("hush");
  await mongo.start();
  await fluentd.start();
  const open = { ...env, MLT_LOGGING__MONGODB__URI: mongo.uri, MLT_LOGGING__DROP: "sepal_length" };
  const { stdout } = await iris.mlt(["doctor"], open);
  expect(stdout).toMatch(/✓ prediction log +kept on disk, then at fluentd, then at mongodb/);
  expect(stdout).toMatch(/✓ spool +\.mlt\/spool, up to 256 MB; \d+ MB of the disk are free/);
  expect(stdout).toContain(`127.0.0.1:${fluentd.port} takes predictions`);
  expect(stdout).toContain(`127.0.0.1:${mongo.port} answers for mlt.predictions`);
});

test("mlt doctor says that the prediction log cannot be kept where a file is in its place", async () => {
  using dir = tempDir();
  const file = `${dir.path}/spool`;
  writeFileSync(file, "");
  const env = { MLT_LOGGING__ENABLED: "true", MLT_LOGGING__SPOOL__DIR: file };
  const { exitCode, stdout } = await iris.mlt(["doctor"], env);
  expect(exitCode).toBe(3);
  expect(stdout).toContain(`✗ spool            "${file}" is no folder\n`);
});
