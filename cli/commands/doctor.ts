import { defineCommand } from "citty";
import { print, printJson, styleResult } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

const marks = { ok: ["green", "✓"], warning: ["yellow", "!"], problem: ["red", "✗"] } as const;

export default defineCommand({
  meta: { name: "doctor", description: "Say what works here, what is missing and how to get it" },
  args: { ...projectFlags, ...jsonFlag },
  async run({ args }) {
    const { ExitCode } = await import("../../core/errors.ts");
    const { diagnose } = await import("../project/diagnose.ts");
    const findings = await diagnose(args.dir);
    const sick = findings.some(({ state }) => state === "problem");
    if (args.json) printJson(findings);
    else {
      for (const { state, subject, detail, hint } of findings) {
        const [color, mark] = marks[state];
        print(`${styleResult(color, mark)} ${subject.padEnd(16)} ${detail}`);
        if (hint !== undefined) print(`${" ".repeat(19)}${styleResult("dim", hint)}`);
      }
    }
    return sick ? ExitCode.input : ExitCode.done;
  },
});
