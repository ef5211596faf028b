import { expect } from "bun:test";
import { execFileSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { startCluster } from "../support/cluster.ts";
import { dockerRegistry, registryTools } from "../support/docker-registry.ts";
import { commandsOf, type PipelineRequest, runPipelines } from "../support/jenkins/run-pipeline.ts";
import { mltBinary } from "../support/mlt.ts";
import { cacheDir, succeeded, trainedProject } from "../support/project.ts";
import { realNodeTools, startRealNode } from "../support/real-node.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

/** A project in git with a repository to push to, a registry that asks nobody, and a cluster whose pods run. */
async function delivery() {
  await using started = new AsyncDisposableStack();
  const dir = started.use(tempDir());
  const project = started.use(await trainedProject());
  const registry = started.use(await dockerRegistry(dir.path));
  await registry.start();
  const cluster = started.use(await startCluster({ nodes: 0, podSecurity: "restricted" }));
  started.use(await startRealNode(cluster, { ports: [registry.port] }));
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", project.path, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
  const env = {
    PATH: [dirname(mltBinary), process.env["PATH"] ?? ""].join(delimiter),
    HOME: dir.path,
    MLT_CACHE_DIR: cacheDir,
    MLT_IMAGE__REGISTRY: registry.host,
    MLT_DEPLOY__SERVICE__TYPE: "ClusterIP",
    MLT_DEPLOY__REPLICAS: "1",
    GIT_BRANCH: "origin/main",
    MIN_METRIC: "accuracy=0.9",
  };
  const request = (name: string): PipelineRequest => ({
    file: join(project.path, "jenkins", name, "Jenkinsfile"),
    workspace: project.path,
    // What Jenkins has where nobody has given a login: no registry and no repository here asks for one.
    credentials: {
      registry: { username: "anonymous", password: "anonymous" },
      git: { username: "anonymous", password: "anonymous" },
      kubeconfig: { file: cluster.kubeconfig },
    },
    env,
  });
  const run = async (name: string) => {
    const [done] = await runPipelines([request(name)]);
    if (done === undefined) throw new Error(`${name} did not run`);
    return done;
  };
  const parts = started.move();
  return { dir, project, cluster, env, git, run, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

type Delivery = Awaited<ReturnType<typeof delivery>>;

/** The project's own chart, whose test is told the address of the service's name: no DNS runs here. */
async function commitProject({ project, dir, git }: Delivery): Promise<void> {
  succeeded(await project.mlt(["eject", "chart"]));
  project.edit(
    "chart/templates/tests/golden.yaml",
    "  restartPolicy: Never\n",
    `  restartPolicy: Never
  {{- with lookup "v1" "Service" .Release.Namespace .Release.Name }}
  hostAliases:
    - ip: {{ .spec.clusterIP }}
      hostnames: [{{ $.Release.Name }}]
  {{- end }}
`,
  );
  project.edit("config.yaml", "serve:\n", "serve:\n  workers: 1\n");
  const remote = join(dir.path, "remote.git");
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
  git("init", "--quiet", "--initial-branch=main");
  git("remote", "add", "origin", remote);
  commit(git, "Begin");
  git("push", "--quiet", "origin", "main");
}

function commit(git: Delivery["git"], message: string): void {
  git("add", "--all");
  git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", message);
}

testWith(
  ["groovy", "git", ...realNodeTools, ...registryTools],
  "the pipelines check, train, push, build and deploy for real, and deploy goes back where helm test fails",
  async () => {
    await using made = await delivery();
    const { project, cluster, env, git, run } = made;
    await commitProject(made);

    expect(await run("continuous_integration")).toMatchObject({ result: "SUCCESS" });

    const trained = await run("train-model");
    expect(trained).toMatchObject({ result: "SUCCESS" });
    const { id } = JSON.parse(project.read("model_bin/model.json"));
    const message = git("log", "-1", "--format=%an%n%B", "origin/main");
    expect(message).toStartWith("Jenkins\nTrain iris 0.1.0: accuracy 0.9667 (0.9667 before)\n");
    expect(message).toContain(`Model ${id}, `);
    // The remote has what Jenkins has committed.
    expect(git("ls-remote", "origin", "main").split("\t")[0]).toBe(git("rev-parse", "HEAD"));

    // The first release: its service has an address only once it is there.
    succeeded(
      await project.mlt(["build-image", "--engine", "oci", "--no-test", "--push", "--tag", "first"], env),
    );
    const inCluster = { ...env, KUBECONFIG: cluster.kubeconfig };
    succeeded(await project.mlt(["deploy", "--tag", "first"], inCluster));

    const built = await run("build-image");
    expect(built).toMatchObject({ result: "SUCCESS" });
    expect(built.log).toContain(`/iris:${git("rev-parse", "HEAD").slice(0, 8)}@sha256:`);

    const deployed = await run("deploy");
    expect(deployed).toMatchObject({ result: "SUCCESS" });
    expect(deployed.log).toContain("Release iris answers as its model did when it was trained.\n");
    expect(commandsOf(deployed)).toEqual([`mlt deploy --tag "$\{TAG:-git}"`, "mlt test --release"]);

    // A test that fails, while the pods are well.
    project.edit("chart/templates/tests/golden.yaml", "args: [status, --golden]", "args: [status, --gold]");
    project.edit("config.yaml", "workers: 1", "workers: 2");
    commit(git, "Ask otherwise");
    succeeded(
      await project.mlt(["build-image", "--engine", "oci", "--no-test", "--push", "--tag", "git"], env),
    );
    const failed = await run("deploy");
    expect(failed.result).toBe("FAILURE");
    expect(failed.log).toContain(
      'error: The test of release "iris" failed: Unknown flag --gold; did you mean --golden?\n',
    );
    expect(commandsOf(failed).at(-1)).toBe("mlt rollback");
    expect(failed.steps.at(-1)).toMatchObject({ status: 0 });
    const { revision } = JSON.parse(
      succeeded(await project.mlt(["status", "--release", "--json"], inCluster)),
    ) as { revision: unknown };
    // 1 and 2 were deployed, 3 failed its test, 4 is like 2.
    expect(JSON.stringify(revision)).toContain("4");
  },
  600_000,
);
