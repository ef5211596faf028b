import { everyTypeProject } from "../support/every-type-project.ts";
import { newProject, succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { type FuzzResult, fuzz } from "./schemathesis.ts";

interface FuzzedProject {
  readonly name: string;
  /** Operations that take a body, and for which requests are therefore made up. */
  readonly bodies: number;
  readonly key?: string;
  /** Whether it logs its predictions, and so takes feedback. */
  readonly isLogged?: boolean;
  open(): Promise<TestProject>;
}

/** Services of every kind: classes and numbers, every type of feature, with and without a key. */
export const fuzzedProjects: readonly FuzzedProject[] = [
  { name: "iris", bodies: 3, open: () => trainedProject("iris") },
  { name: "regression", bodies: 2, open: boundedRegression },
  {
    name: "every type, with a key and a log",
    bodies: 4,
    key: "0123456789abcdef",
    isLogged: true,
    open: everyTypeProject,
  },
];

/** With a bound for every number: no schema says for which larger ones a prediction is beyond float32, and refused. */
async function boundedRegression(): Promise<TestProject> {
  const project = await newProject("regression");
  const file = "source/model/features.yaml";
  await project.write({ [file]: project.read(file).replaceAll("min: 0,", "min: 0, max: 1000,") });
  succeeded(await project.mlt(["train"]));
  return project;
}

/** Serves a project and tries it. */
export async function fuzzProject(
  { key, isLogged, open }: FuzzedProject,
  { examples, seed }: { readonly examples: number; readonly seed: number },
): Promise<FuzzResult & { readonly stderr: string }> {
  using project = await open();
  const env = {
    ...(key === undefined ? {} : { MLT_SERVE__API_KEYS: key }),
    ...(isLogged ? { MLT_LOGGING__ENABLED: "true" } : {}),
  };
  await using service = await project.serve(["--workers", "1"], env);
  const result = await fuzz({ url: service.url, examples, seed, ...(key === undefined ? {} : { key }) });
  service.child.kill("SIGTERM");
  return { ...result, stderr: (await service.finished).stderr };
}
