import { spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "./free-port.ts";

/** From a clone to an answer, by the commands that a user would type: what `npm run quickstart` does. */

const root = resolve(import.meta.dirname, "../..");
const project = join(root, "dist/quickstart/iris");
const mlt = join(root, "dist/mlt");

await main();

async function main(): Promise<void> {
  step("Build dist/mlt, one file", process.execPath, [join(root, "ops/build/compile.ts")]);
  rmSync(project, { recursive: true, force: true });
  step("Make a project", mlt, ["init", project, "--template", "iris"]);
  step("Train its model", mlt, ["train", "--dir", project]);
  const port = await freePort();
  say(`\n$ mlt serve --port ${port}`);
  const flags = ["--dir", project, "--port", String(port), "--log-format", "pretty"];
  const server = spawn(mlt, ["serve", ...flags], { stdio: "inherit" });
  const stopped = new Promise((done) => server.once("exit", done));
  try {
    await ask(`http://127.0.0.1:${port}`);
  } finally {
    server.kill("SIGTERM");
    await stopped;
  }
  const shown = project.slice(root.length + 1);
  say("\nWhat there is now");
  say("  dist/mlt                    the binary: copy it anywhere on your PATH");
  say(`  ${shown}        a whole project; its README.md goes on from here`);
  say(`  ${shown}/model_bin/report.html   how good the model is: open it in a browser`);
  say(`\nNext: cd ${shown} && ../../mlt serve     then open http://127.0.0.1:5000/`);
}

async function ask(base: string): Promise<void> {
  await ready(`${base}/readyz`);
  const body = JSON.stringify([{ sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }]);
  for (const path of ["/api/predictions", "/api/proba_predictions"]) {
    say(`\n$ curl ${base}${path} -H 'content-type: application/json' -d '${body}'`);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(base + path, { method: "POST", headers, body });
    say(await answer.text());
    if (answer.status !== 200) throw new Error(`The service answered ${answer.status}`);
  }
}

async function ready(url: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((wait) => setTimeout(wait, 50));
  }
  throw new Error("The service did not get ready within 30 s");
}

function step(title: string, program: string, args: readonly string[]): void {
  const shown = program === mlt ? `mlt ${args.join(" ").replaceAll(`${root}/`, "")}` : "bun run build";
  say(`\n${title}\n$ ${shown}`);
  const { status } = spawnSync(program, args, { stdio: "inherit", cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}

function say(text: string): void {
  console.log(text);
}
