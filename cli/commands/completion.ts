import { defineCommand } from "citty";
import { print } from "../output.ts";

export default defineCommand({
  meta: {
    name: "completion",
    description: "Print a script that completes mlt's commands and flags in your shell",
  },
  args: {
    shell: { type: "positional", required: true, description: "bash, zsh or fish" },
  },
  async run({ args }) {
    const { completionScript } = await import("../completion.ts");
    print(await completionScript(args.shell));
  },
});
