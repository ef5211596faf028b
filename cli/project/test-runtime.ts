import { ExitCode, MltError } from "../../core/errors.ts";
import type { BuiltImage, ImageRunner } from "../../core/ports.ts";

/** Each says its version, without a cluster and without a daemon. */
const commands = [
  "mlt --version",
  "git --version",
  "docker --version",
  "helm version --short",
  "kubectl version --client",
];

/**
 * Calls in a container of the image what a pipeline's stages call.
 *
 * @returns what they said of themselves
 * @throws {MltError} external: with what the first that does not run said
 */
export async function testRuntime(runner: ImageRunner, image: BuiltImage): Promise<readonly string[]> {
  const script = ["set -e", ...commands].join("\n");
  const { exitCode, lines } = await runner.run(image, ["/bin/sh", "-c", script]);
  if (exitCode === 0) return lines;
  throw new MltError(
    `The image does not pass its test: its tools end with the code ${exitCode}\nThey said:\n  ${lines.join("\n  ")}`,
    {
      hint: "Take a base that has git and a shell (image.runtime_base), and tools that need nothing but its C library.",
      exitCode: ExitCode.external,
    },
  );
}
