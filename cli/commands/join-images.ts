import { defineCommand } from "citty";
import { print, printJson } from "../output.ts";
import { jsonFlag, projectFlags } from "../project-flags.ts";

export default defineCommand({
  meta: { name: "join-images", description: "Make one image of those pushed for several platforms" },
  args: {
    of: {
      type: "string",
      required: true,
      valueHint: "tag,...",
      description: "Tags of the images that were pushed, one a platform: 0.1.0-amd64,0.1.0-arm64",
    },
    tag: {
      type: "string",
      valueHint: "tag,...",
      description: "Tags of the whole; git for the commit (default: image.tag, or project.version)",
    },
    force: { type: "boolean", default: false, description: "Take a tag that has another image" },
    ...projectFlags,
    ...jsonFlag,
  },
  async run({ args }) {
    const { openProject } = await import("../project/open-project.ts");
    const project = await openProject(args.dir);
    const { joinProjectImages } = await import("../project/join-images.ts");
    const pushed = await joinProjectImages(project, { of: args.of, tags: args.tag, force: args.force });
    if (args.json) return printJson(pushed.map(({ reference, digest }) => ({ reference, digest })));
    for (const { reference, digest } of pushed) print(`${reference}@${digest}`);
  },
});
