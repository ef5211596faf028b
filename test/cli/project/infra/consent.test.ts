import { expect } from "bun:test";
import { join } from "node:path";
import { launch } from "../../../support/mlt.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { testWith } from "../../../support/tools.ts";

const consent = join(import.meta.dirname, "../../../../cli/project/infra/consent.ts");

for (const [key, typed, said] of [
  ["Ctrl-C", "\x03", "Nothing was changed 130"],
  ["Ctrl-D", "\x04", "Nothing was changed 130"],
  ["no", "n\r", "Nothing was changed 130"],
  ["yes", "yes\r", "done"],
] as const) {
  testWith(["script"], `askConsent() on a terminal that types ${key}: ${said}`, async () => {
    using dir = tempDir();
    const program = `import { askConsent } from ${JSON.stringify(consent)};
      await askConsent("Change?").then(() => console.log("done"), (error) => console.log(error.message + " " + error.exitCode));`;
    await dir.write({ "ask.ts": program });
    const command = `"${process.execPath}" ask.ts`;
    const started = launch(["script", "-qefc", command, "/dev/null"], { cwd: dir.path });
    let [asked, hasTyped] = ["", false];
    started.child.stdout?.on("data", (text: string) => {
      asked += text;
      if (hasTyped || !asked.includes("[y/N] ")) return;
      hasTyped = true;
      started.child.stdin?.write(typed);
    });
    expect((await started.finished).stdout).toContain(said);
  });
}
