import { defineCommand } from "citty";
import { print, printJson, say, silentSteps, stderrSteps } from "../output.ts";
import type { TestFindings } from "../project/build-image.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

function testedJson(tested: TestFindings | undefined) {
  if (tested === undefined) return null;
  return "versions" in tested ? tested : { requests: tested.requests, ready_ms: tested.readyMs };
}

export default defineCommand({
  meta: { name: "build-image", description: "Build the image that serves the model, try it, push it" },
  args: {
    what: {
      type: "positional",
      required: false,
      description: "production: the service with its model (default); runtime: what Jenkins runs stages in",
    },
    engine: {
      type: "string",
      valueHint: "name",
      description: "docker (or podman), or oci: without either (default: docker where it is)",
    },
    tag: {
      type: "string",
      valueHint: "tag,...",
      description: "Tags; git for the commit (default: image.tag, or project.version)",
    },
    test: {
      type: "boolean",
      default: true,
      description: "Run a container, which must answer as the model did",
      negativeDescription: "Build without running the image",
    },
    push: { type: "boolean", default: false, description: "Push it to image.registry once it is tried" },
    force: { type: "boolean", default: false, description: "Take a tag that has another image" },
    output: {
      type: "string",
      alias: "o",
      valueHint: "path",
      description: "Write it there, with oci: .tar for docker load, else an OCI layout",
    },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { openProject } = await import("../project/open-project.ts");
    const { engineFlag, imageKind } = await import("../image-flags.ts");
    const engine = engineFlag(args.engine);
    const kind = imageKind(args.what);
    const project = await openProject(args.dir);
    const { openImageEngine } = await import("../project/image-engines.ts");
    const { buildImage } = await import("../project/build-image.ts");
    const opened = await openImageEngine(project, kind, engine);
    const steps = args.json ? silentSteps : stderrSteps();
    const { references, image, tested, pushed, keptIn } = await buildImage(project, opened, {
      kind,
      tags: args.tag,
      isTested: args.test,
      isPushed: args.push,
      force: args.force,
      output: args.output,
      steps,
    });
    if (args.json) {
      const digest = pushed[0]?.digest ?? null;
      const size = image.sizeBytes;
      const report = { references, engine: opened.name, id: image.id, digest, size_bytes: size };
      return printJson({
        ...report,
        tested: testedJson(tested),
        pushed: pushed.map((each) => ({
          reference: each.reference,
          digest: each.digest,
          uploaded_bytes: each.uploadedBytes ?? null,
        })),
      });
    }
    say(`Kept in ${keptIn}`);
    for (const { reference, digest } of pushed) print(`${reference}@${digest}`);
    if (pushed.length === 0) for (const reference of references) print(reference);
  },
});
