import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { parse } from "yaml";
import { bubblewrapCommand } from "../../../adapters/sandbox/sandbox.ts";
import { imagePaths } from "../../../core/image/production-plan.ts";
import { dockerDaemon, dockerTools } from "../../support/dockerd.ts";
import { runPipelines } from "../../support/jenkins/run-pipeline.ts";
import { launch } from "../../support/mlt.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const root = join(import.meta.dirname, "../../..");
const stack = join(root, "ops/stacks/jenkins");
const controller = join(stack, "controller");
const pipelines = join(root, "templates/base/jenkins");
const read = (...path: string[]) => readFileSync(join(...path), "utf8");

/** What Jenkins would be configured by, with those secrets and variables. */
async function configuration(secrets: Record<string, string>, env: Record<string, string>) {
  using dir = tempDir();
  await dir.write({
    "home/.keep": "",
    "secrets/.keep": "",
    start: '#!/bin/sh\necho "$CASC_JENKINS_CONFIG"\n',
  });
  await dir.write(
    Object.fromEntries(Object.entries(secrets).map(([name, text]) => [`secrets/${name}`, text])),
  );
  chmodSync(join(dir.path, "start"), 0o755);
  const { status, stdout, stderr } = spawnSync("sh", [join(controller, "start.sh")], {
    encoding: "utf8",
    timeout: 10_000,
    env: {
      PATH: process.env["PATH"],
      MLT_SHARE: controller,
      SECRETS: join(dir.path, "secrets"),
      JENKINS_HOME: join(dir.path, "home"),
      MLT_JENKINS_START: join(dir.path, "start"),
      MLT_JENKINS_AGENT: "docker",
      ...env,
    },
  });
  if (status !== 0) throw new Error(stderr);
  const files = stdout.trim().split(",");
  return { stderr, texts: files.map((file) => read(file)), parts: files.map((file) => parse(read(file))) };
}

interface Credentials {
  readonly credentials: {
    readonly system: {
      readonly domainCredentials: readonly {
        readonly credentials: readonly Record<string, { readonly id: string }>[];
      }[];
    };
  };
}

/** Of the credentials: kind by id. */
function kinds(parts: readonly unknown[]): Record<string, string> {
  const { credentials } = parts.find((part) =>
    JSON.stringify(part).includes("domainCredentials"),
  ) as Credentials;
  expect(credentials.system.domainCredentials).toHaveLength(1);
  const all = credentials.system.domainCredentials.flatMap((domain) => domain.credentials);
  return Object.fromEntries(all.flatMap((each) => Object.entries(each).map(([kind, { id }]) => [id, kind])));
}

const given = { registry_password: "a", git_token: "b", kubeconfig: "c" };

test("Jenkins gets a credential for each that the pipelines name, of the kind that they take", async () => {
  const { parts, texts } = await configuration(given, {
    MLT_JENKINS_REPOSITORY: "https://git.example.org/a.git",
  });
  expect(kinds(parts)).toEqual({ registry: "usernamePassword", git: "usernamePassword", kubeconfig: "file" });
  const used = readdirSync(pipelines).flatMap((name) =>
    Array.from(
      read(pipelines, name, "Jenkinsfile").matchAll(/(\w+)\(\s*credentialsId: '(\w+)'/g),
      ([, binding, id]) => `${binding} ${id}`,
    ),
  );
  expect([...new Set(used)].sort()).toEqual([
    "file kubeconfig",
    "gitUsernamePassword git",
    "usernamePassword registry",
  ]);
  // Secrets are named and come from files; none stands in what Jenkins keeps.
  for (const text of texts) expect(text).not.toMatch(/(password|secretBytes): (?!\$\{|anonymous)/);
});

test("Jenkins starts without what nobody has given, and says that it has no pipelines", async () => {
  const { parts, stderr } = await configuration({ git_token: "", registry_password: "" }, {});
  expect(kinds(parts)).toEqual({ registry: "usernamePassword", git: "usernamePassword" });
  expect(JSON.stringify(parts)).toContain("anonymous");
  expect(JSON.stringify(parts)).not.toContain("jobs.groovy");
  expect(stderr).toBe("There are no pipelines: infra.jenkins.repository is not set\n");
});

test.each(["docker", "kubernetes"])(
  "Jenkins has an agent with the label of the pipelines: %s",
  async (agent) => {
    const { texts } = await configuration(given, { MLT_JENKINS_AGENT: agent });
    expect(texts.join("\n")).toMatch(/(labelString|label): mlt$/m);
    expect(texts[0]).toContain("numExecutors: 0");
    expect(texts[0]).toContain("slaveAgentPort: -1");
  },
);

test("the plugins are pinned, each once, and the images too", () => {
  const lines = read(controller, "plugins.txt").trim().split("\n");
  for (const line of lines) expect(line).toMatch(/^[a-z0-9-]+:[0-9][\w.]+$/);
  expect(lines).toEqual([...new Set(lines)].sort());
  const images = parse(read(root, "ops/stacks/images.yaml"));
  expect(images.jenkins).toMatch(/^docker\.io\/jenkins\/jenkins:\d+\.\d+\.\d+-lts-jdk21$/);
  expect(images.jenkins_agent).toMatch(/^docker\.io\/jenkins\/inbound-agent:\d+\.v\w+-\d+-jdk21$/);
});

/** As Job DSL 1.93 reads the entry `jobs` (SeedJobConfigurator): of each entry the first key alone, one after the other. */
function jobScripts(jobs: readonly Record<string, unknown>[]) {
  const env: Record<string, unknown> = {};
  return jobs.flatMap((entry) => {
    const [key, value] = Object.entries(entry)[0] ?? [];
    if (key !== "providedEnv") return [{ [String(key)]: value, env: { ...env } }];
    Object.assign(env, value);
    return [];
  });
}

test("the script of the jobs is given the repository and the branch", () => {
  const { jobs } = parse(read(controller, "casc/jobs.yaml"));
  expect(jobScripts(jobs)).toEqual([
    {
      file: "/usr/share/mlt/jobs.groovy",
      env: { REPOSITORY: `$\{MLT_JENKINS_REPOSITORY}`, BRANCH: `$\{MLT_JENKINS_BRANCH}` },
    },
  ]);
});

test("the agent's node names no key that Jenkins has deprecated, which configuration as code refuses", () => {
  // hudson.slaves.JNLPLauncher: webSocket and tunnel, both since 2.437.
  const { nodes } = parse(read(controller, "casc/agent-docker.yaml")).jenkins;
  expect(nodes[0].permanent.launcher).toBe("inbound");
});

interface Job {
  readonly definition: { readonly cpsScm: { readonly scriptPath: string; readonly scm: unknown } };
  readonly parameters?: Record<string, readonly unknown[]>;
  readonly properties: {
    readonly disableConcurrentBuilds: boolean;
    readonly pipelineTriggers?: {
      readonly triggers: { readonly pollSCM: { readonly scmpoll_spec: string } };
    };
  };
}

const repository = "https://git.example.org/team/iris.git";

let made: Record<string, Job> | undefined;

/** As Job DSL makes them: once for all tests, for Groovy takes its time. */
function jobs(): Record<string, Job> {
  made ??= runScript();
  return made;
}

function runScript(): Record<string, Job> {
  const script = join(root, "test/support/jenkins/run-job-dsl.groovy");
  const args = [script, join(controller, "jobs.groovy"), `REPOSITORY=${repository}`, "BRANCH=stable"];
  const { stdout, stderr } = spawnSync("groovy", args, { encoding: "utf8", timeout: 50_000 });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

testWith(["groovy"], "the jobs are the pipelines that mlt init writes, from the project's repository", () => {
  const all = jobs();
  expect(Object.keys(all).sort()).toEqual(readdirSync(pipelines).sort());
  for (const { definition } of Object.values(all)) {
    const { scm, scriptPath } = definition.cpsScm;
    expect(existsSync(join(root, "templates/base", scriptPath))).toBe(true);
    expect(scm).toEqual({
      git: {
        remote: { url: repository, credentials: "git" },
        branch: "stable",
        extensions: { cleanBeforeCheckout: true },
      },
    });
  }
});

testWith(
  ["groovy"],
  "each job has the parameters and the trigger of its Jenkinsfile before it has ever run",
  async () => {
    using dir = tempDir();
    await dir.write({ "bin/mlt": "#!/bin/sh\n" });
    const all = Object.entries(jobs());
    const runs = await runPipelines(
      all.map(([name]) => ({
        file: join(pipelines, name, "Jenkinsfile"),
        workspace: dir.path,
        env: { PATH: "/nowhere" },
      })),
    );
    for (const [index, [name, { parameters = {}, properties }]] of all.entries()) {
      const { parameters: own = [], triggers = [], options = [] } = runs[index] ?? {};
      const kinds: Record<string, string> = { string: "stringParam", booleanParam: "booleanParam" };
      const expected = own.map((each) => {
        const { name: id, defaultValue, description } = each.arguments[0] as Record<string, unknown>;
        return [kinds[each.name], [id, defaultValue, description]];
      });
      expect({ name, parameters }).toEqual({ name, parameters: Object.fromEntries(expected) });
      expect(triggers.flatMap((each) => each.arguments)).toEqual(
        properties.pipelineTriggers === undefined
          ? []
          : [properties.pipelineTriggers.triggers.pollSCM.scmpoll_spec],
      );
      expect(options.some((each) => each.name === "disableConcurrentBuilds")).toBe(
        properties.disableConcurrentBuilds,
      );
    }
  },
  120_000,
);

testWith(
  ["curl"],
  "the agent asks Jenkins for the secret of its node, and no argument has it (Jenkins and java are stand-ins)",
  async () => {
    using dir = tempDir();
    const secret = "0123456789abcdef".repeat(4);
    const page = `<jnlp><application-desc><argument>${secret}</argument><argument>mlt</argument></application-desc></jnlp>`;
    const login = `Basic ${btoa("agent:right")}`;
    using jenkins = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request) =>
        request.headers.get("authorization") === login &&
        new URL(request.url).pathname === "/computer/mlt/jenkins-agent.jnlp"
          ? new Response(page)
          : new Response("", { status: 403 }),
    });
    await dir.write({
      "bin/java": '#!/bin/sh\necho "$*"\ncat "$HOME/node-secret"\n',
      jenkins_agent_password: "right",
    });
    chmodSync(join(dir.path, "bin/java"), 0o755);
    const { exitCode, stdout, stderr } = await launch(["sh", join(stack, "agent/start.sh")], {
      cwd: dir.path,
      env: {
        PATH: [join(dir.path, "bin"), process.env["PATH"] ?? ""].join(delimiter),
        HOME: dir.path,
        SECRETS: dir.path,
        JENKINS_URL: `http://127.0.0.1:${jenkins.port}`,
      },
    }).finished;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const [words = "", kept] = stdout.split("\n");
    expect(words).toContain(`-name mlt -secret @${dir.path}/node-secret -webSocket`);
    expect(words).not.toContain(secret);
    expect(kept).toBe(secret);
  },
);

testWith(["docker-compose"], "Docker Compose takes the stack, and mounts no socket of Docker", async () => {
  const env = {
    PATH: process.env["PATH"],
    ...{
      MLT_IMAGE_JENKINS: "registry.example.org/jenkins:1",
      MLT_IMAGE_JENKINS_AGENT: "registry.example.org/agent:1",
    },
    ...{
      MLT_BIND: "127.0.0.1",
      MLT_JENKINS_PORT: "8080",
      MLT_JENKINS_AGENT: "docker",
      MLT_SECRETS_DIR: "/secrets",
    },
  };
  const args = ["--file", join(stack, "compose.yaml"), "--profile", "docker", "config"];
  const { status, stdout, stderr } = spawnSync("docker-compose", args, {
    encoding: "utf8",
    timeout: 50_000,
    env,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).not.toMatch(/docker\.sock|privileged/);
  const { services, secrets } = parse(stdout);
  expect(Object.keys(services).sort()).toEqual(["agent", "jenkins"]);
  for (const each of [services.agent, services.jenkins]) {
    expect(each).toMatchObject({
      cap_drop: ["ALL"],
      restart: "unless-stopped",
      mem_limit: expect.any(String),
    });
    expect(each.security_opt).toContain("no-new-privileges:true");
  }
  expect(services.agent.ports).toBeUndefined();
  expect(services.jenkins.ports).toEqual([expect.objectContaining({ host_ip: "127.0.0.1", target: 8080 })]);
  // The agent runs the project's code: of Jenkins' secrets it has the one that lets it connect.
  expect(services.agent.secrets.map(({ source }: { source: string }) => source)).toEqual([
    "jenkins_agent_password",
  ]);
  const { given: byHand } = parse(read(stack, "compose.yaml"))["x-mlt"];
  expect(Object.keys(secrets).sort()).toEqual(
    [...byHand, "jenkins_admin_password", "jenkins_agent_password"].sort(),
  );
});

/** A root with bubblewrap, and another in it that has nothing but true. */
function rootWithBubblewrap(folder: string): void {
  for (const program of ["/usr/bin/bwrap", "/bin/true"]) {
    const libraries = spawnSync("ldd", [program], { encoding: "utf8" }).stdout.match(/\/\S+/g) ?? [];
    const places = program === "/bin/true" ? ["", "image"] : [""];
    for (const [place, file] of places.flatMap((each) =>
      [program, ...libraries].map((one) => [each, one] as const),
    )) {
      const to = join(folder, place, file);
      mkdirSync(dirname(to), { recursive: true });
      cpSync(realpathSync(file), to);
    }
  }
  const folders = ["proc", "dev", "app", imagePaths.spool].map((name) => join("image", name));
  for (const name of ["tmp", ...folders]) mkdirSync(join(folder, name), { recursive: true });
}

testWith(
  [...dockerTools, "bwrap", "ldd"],
  "the image of a model can be tried in the agent's container, by what compose.yaml allows it and by no less",
  async () => {
    using dir = tempDir();
    rootWithBubblewrap(join(dir.path, "root"));
    const archive = join(dir.path, "root.tar");
    spawnSync("tar", ["-C", join(dir.path, "root"), "-cf", archive, "."]);
    await using daemon = await dockerDaemon();
    daemon.docker("import", archive, "agent:test");
    const command = bubblewrapCommand(
      { root: "/image", user: "65532:65532", workingDir: "/app", env: [], command: ["/bin/true"] },
      () => "/usr/bin/bwrap",
    );
    const { agent } = parse(read(stack, "compose.yaml")).services;
    const run = (options: readonly string[]) => {
      const allowed = options.flatMap((option) => ["--security-opt", option]);
      const held = ["--rm", "--network", "none", "--user", "1000:1000", "--cap-drop", "ALL"];
      return () => daemon.docker("run", ...held, ...allowed, "agent:test", ...command);
    };
    expect(agent.cap_drop).toEqual(["ALL"]);
    const options: string[] = agent.security_opt;
    expect(run(options)).not.toThrow();
    for (const needed of ["seccomp=unconfined", "systempaths=unconfined"])
      expect(run(options.filter((option) => option !== needed))).toThrow();
  },
  120_000,
);

for (const folder of ["controller", "agent"]) {
  testWith(["hadolint"], `hadolint has nothing to say of the Dockerfile of the ${folder}`, () => {
    const { status, stdout } = spawnSync("hadolint", [join(stack, folder, "Dockerfile")], {
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });
}
