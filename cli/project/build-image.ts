import type { ImageKind } from "../../adapters/docker/dockerfiles.ts";
import { gitCommit, hasChanges } from "../../adapters/git.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import { imageNames } from "../../core/image/image-names.ts";
import type { ImagePlan } from "../../core/image/image-plan.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import type { Steps } from "../../core/model/steps.ts";
import type { BuiltImage, PushedImage } from "../../core/ports.ts";
import { warn } from "../output.ts";
import { version } from "../version.ts";
import type { OpenImageEngine } from "./image-engines.ts";
import type { Project } from "./open-project.ts";
import { productionImage } from "./production-image.ts";
import { runtimeImage } from "./runtime-image.ts";
import { type ImageTestReport, testImage } from "./test-image.ts";
import { testRuntime } from "./test-runtime.ts";

export interface BuildImageOptions {
  readonly kind: ImageKind;
  /** Separated by commas; `git` stands for the commit. */
  readonly tags: string | undefined;
  /** Whether a container of the image must answer as the model did. */
  readonly isTested: boolean;
  readonly isPushed: boolean;
  /** Take a tag from another image. */
  readonly force: boolean;
  /** Where the image is written to instead. */
  readonly output: string | undefined;
  readonly steps: Steps;
}

/** What a test found: of a service, or of the tools of a pipeline. */
export type TestFindings = ImageTestReport | { readonly versions: readonly string[] };

/** What was built, and where it is. */
export interface ImageReport {
  readonly references: readonly string[];
  readonly image: BuiltImage;
  readonly tested: TestFindings | undefined;
  readonly pushed: readonly PushedImage[];
  /** Where it is kept on this machine, for people. */
  readonly keptIn: string;
}

/**
 * Builds the image that serves the project's model, tries it, and pushes it if that is asked for.
 *
 * @throws {MltError} at the first step that fails; then nothing is pushed
 */
export async function buildImage(
  project: Project,
  opened: OpenImageEngine,
  options: BuildImageOptions,
): Promise<ImageReport> {
  const { engine } = opened;
  const { steps } = options;
  opened.checkOutput(options.output);
  const references = await referencesOf(project, options);
  try {
    const { plan, card } = await steps.run("Parts", () => planOf(project, options.kind), describePlan);
    const image = await steps.run("Image", () => engine.build(plan), describeImage);
    const tested = options.isTested ? await tried(project, opened, { image, card }, steps) : undefined;
    const keptIn = await opened.keep(image, references, options.output);
    const push = () => engine.push(image, references, { force: options.force });
    const pushed = options.isPushed ? await steps.run("Push", push, describePush) : [];
    return { references, image, tested, pushed, keptIn };
  } finally {
    await engine.close();
  }
}

/**
 * The names of a project's image.
 *
 * @throws {MltError} when it is to be pushed, and there is no registry
 */
export async function referencesOf(
  project: Project,
  { kind, tags, isPushed }: Pick<BuildImageOptions, "kind" | "tags" | "isPushed">,
): Promise<readonly string[]> {
  const { image, project: named } = project.config;
  if (isPushed && image.registry === undefined) {
    throw new MltError("There is no registry to push the image to", {
      hint: "Set image.registry in config.yaml to its host, such as registry.example.com:5000.",
      exitCode: ExitCode.input,
    });
  }
  const { registry, repository } = image;
  const { name = named.name, tag = named.version } =
    kind === "production" ? image : { name: image.runtime, tag: version };
  return imageNames({ registry, repository, name, tag }, { tags, ...(await checkoutOf(project)) });
}

async function checkoutOf({ root }: Project) {
  return { commit: await gitCommit(root), isChanged: await hasChanges(root) };
}

/** What goes into an image, and the model that is in it, if one is. */
interface Planned {
  readonly plan: ImagePlan;
  readonly card?: ModelCard;
}

async function planOf(project: Project, kind: ImageKind): Promise<Planned> {
  const { base, runtime_base } = project.config.image;
  const { PATH: path = "", SOURCE_DATE_EPOCH: sourceDateEpoch } = process.env;
  if (kind === "production") return await productionImage(project, { base, sourceDateEpoch });
  return { plan: runtimeImage({ base: runtime_base, path, sourceDateEpoch }) };
}

async function tried(
  project: Project,
  opened: OpenImageEngine,
  { image, card }: { readonly image: BuiltImage; readonly card: ModelCard | undefined },
  steps: Steps,
): Promise<TestFindings> {
  const runner = await opened.runner();
  const test = async (): Promise<TestFindings> =>
    card === undefined
      ? { versions: await testRuntime(runner, image) }
      : await testImage({
          ...{ runner, image, card, projectDir: project.root, readyTimeoutMs: 60_000 },
          endTimeoutMs: project.config.serve.shutdown_timeout * 1000 + 2_000,
        });
  const findings = await steps.run("Test", test, describeTest);
  if (!runner.apartness.startsWith("read-only, without capabilities, on")) warn(`Tested ${runner.apartness}`);
  return findings;
}

function describeTest(findings: TestFindings): string {
  if ("versions" in findings) return findings.versions.join(", ");
  const { requests, readyMs } = findings;
  return `${requests} requests answered as they should be, ready after ${(readyMs / 1000).toFixed(1)} s`;
}

function describePlan({ plan: { layers, base } }: Planned): string {
  const files = layers.reduce((sum, layer) => sum + layer.files.length, 0);
  return `${files} files on ${base}`;
}

function describeImage({ sizeBytes }: BuiltImage): string {
  return `${megabytes(sizeBytes)} MB`;
}

function describePush(pushed: readonly PushedImage[]): string {
  const bytes = pushed.reduce((sum, { uploadedBytes = 0 }) => sum + uploadedBytes, 0);
  const tags = pushed.length === 1 ? "1 tag" : `${pushed.length} tags`;
  const isKnown = pushed.some(({ uploadedBytes }) => uploadedBytes !== undefined);
  return isKnown ? `${tags}, ${megabytes(bytes)} MB uploaded` : tags;
}

/** Decimal, as registries show sizes. */
function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e6 ? 3 : 1);
}
