import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { groupProcess } from "../../../adapters/train-program/group-process.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

testWith(
  ["setsid"],
  "groupProcess() does not wait for a daemon that left the program's group",
  async () => {
    using dir = tempDir();
    const lines: string[] = [];
    const exitCode = await groupProcess({
      command: [
        "sh",
        "-c",
        "setsid sh -c 'echo $$ >daemon; exec sleep 600' & until [ -s daemon ]; do :; done; echo done",
      ],
      cwd: dir.path,
      env: { PATH: process.env["PATH"] },
      onLine: (line) => lines.push(line),
      cleanUp: () => undefined,
    });
    process.kill(Number(readFileSync(join(dir.path, "daemon"), "utf8")));
    expect({ exitCode, lines }).toEqual({ exitCode: 0, lines: ["done"] });
  },
  10_000,
);
