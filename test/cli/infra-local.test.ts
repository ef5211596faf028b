import { afterAll, beforeAll, describe, expect } from "bun:test";
import { chmodSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { stringify } from "yaml";
import { selfSigned } from "../../adapters/openssl.ts";
import { freePort } from "../../ops/build/free-port.ts";
import { type DockerRegistry, dockerRegistry, registryTools } from "../support/docker-registry.ts";
import { type DockerDaemon, dockerDaemon, dockerTools } from "../support/dockerd.ts";
import {
  ferretAnswer,
  ferretService,
  makeServerImage,
  serverImageTools,
  stackService,
  stackText,
  variable,
} from "../support/own-stack.ts";
import { newProject, type TestProject } from "../support/project.ts";
import { type TempDir, tempDir } from "../support/temp-dir.ts";
import { executablePath, missingTool, testWith } from "../support/tools.ts";

const tools = [...dockerTools, "docker-compose", ...registryTools, ...serverImageTools];
const canRun = tools.every((tool) => missingTool(tool) === undefined);
const slow = 180_000;

let daemon: DockerDaemon;
let registry: DockerRegistry;
let folder: TempDir;

beforeAll(async () => {
  if (!canRun) return;
  folder = tempDir();
  daemon = await dockerDaemon();
  registry = await dockerRegistry(folder.path);
  await registry.start();
  // Under the path that MongoDB's own image has at docker.io.
  const reference = `${registry.host}/library/mongo:8.0.21`;
  makeServerImage(daemon, reference);
  daemon.docker("push", reference);
  daemon.docker("rmi", reference);
}, slow);

afterAll(async () => {
  if (!canRun) return;
  await daemon[Symbol.asyncDispose]();
  await registry.kill();
  folder[Symbol.dispose]();
});

/** A project whose MongoDB is a stack of its own; what is left of it is taken down before the next. */
async function infraProject(services: Readonly<Record<string, object>>, answers?: readonly object[]) {
  const project = await newProject();
  const port = await freePort();
  await project.write({
    "config.yaml": `project: { name: iris }\ninfra: { registry: "${registry.host}", mongodb: { port: ${port} } }\n`,
    "stacks/mongodb/compose.yaml": stackText(services, answers),
  });
  const infra = (...words: readonly string[]) => project.mlt(["infra", ...words], dockerEnv());
  return {
    project,
    port,
    infra,
    async [Symbol.asyncDispose]() {
      await infra("down", "mongodb", "jenkins", "--volumes");
      project[Symbol.dispose]();
    },
  };
}

function dockerEnv(): Record<string, string> {
  const { DOCKER_HOST = "", DOCKER_CONFIG = "" } = daemon.env;
  return { DOCKER_HOST, DOCKER_CONFIG };
}

const containers = () =>
  daemon
    .docker("ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.Names}}")
    .trim()
    .split("\n")
    .filter(Boolean)
    .sort();
const volumes = () => daemon.docker("volume", "ls", "--quiet").trim();

function secretOf(project: TestProject, name: string): string {
  const line = project
    .read(".mlt/infra/secrets.env")
    .split("\n")
    .find((each) => each.startsWith(`${name}=`));
  return line?.slice(name.length + 1) ?? "";
}

describe("mlt infra --on local, with FerretDB in the place of MongoDB", () => {
  testWith(
    tools,
    "brings a stack up from the registry of the configuration, says where it is, and changes nothing the second time",
    async () => {
      const setup = stackService(["/bin/mlt-test-ferretdb", "-h"], { restart: "no" });
      await using stack = await infraProject({ mongodb: ferretService, setup });
      const { project, port, infra } = stack;

      const dry = await infra("up", "mongodb", "--dry-run");
      expect(dry).toMatchObject({
        exitCode: 0,
        stderr: "",
        stdout: "mlt-mongodb:\n  mongodb  new\n  setup    new\n1 new secrets, in .mlt/infra/secrets.env\n",
      });
      expect(containers()).toEqual([]);
      expect(() => statSync(join(project.path, ".mlt/infra"))).toThrow();

      const first = await infra("up", "mongodb");
      expect(first.stderr).toMatch(/✓ mongodb +setup +done .*\n|✓ mongodb +mongodb +answers/);
      expect(first).toMatchObject({ exitCode: 0 });
      expect(first.stdout).toContain(`MongoDB: mongodb://127.0.0.1:${port}/mlt\n`);
      expect(first.stdout).toContain("  logging.mongodb.database: mlt\n");
      expect(registry.requests().some((asked) => asked.includes("/v2/library/mongo/manifests/8.0.21"))).toBe(
        true,
      );
      const made = containers();
      expect(made.map((line) => line.split(" ")[1])).toEqual(
        expect.arrayContaining(["mlt-mongodb-mongodb-1", "mlt-mongodb-setup-1"]),
      );

      const second = await infra("up", "mongodb", "--json");
      expect(JSON.parse(second.stdout)).toMatchObject({
        stacks: [
          { name: "mongodb", changed: false, endpoints: [{ url: `mongodb://127.0.0.1:${port}/mlt` }] },
        ],
        settings: { "logging.mongodb.database": "mlt" },
        secret_settings: ["MLT_LOGGING__MONGODB__URI"],
      });
      expect(containers()).toEqual(made);

      await project.write({ "stacks/mongodb/note.txt": "Compose does not look at this file" });
      const changed = JSON.parse((await infra("up", "mongodb", "--dry-run", "--json")).stdout);
      expect(changed.stacks[0].services).toContainEqual({ service: "mongodb", change: "changed" });
    },
    slow,
  );

  testWith(
    tools,
    "keeps secrets in a file for this user alone, and prints them only when it is asked to",
    async () => {
      const mongodb = { ...ferretService, secrets: ["mongodb_service_password"] };
      const login = {
        ...ferretAnswer,
        name: "The second",
        port: "9",
        service: "other",
        secret: "mongodb_service_password",
        user: "mlt",
      };
      const other = stackService(["/bin/mlt-test-ferretdb", "-h"], { restart: "no" });
      await using stack = await infraProject({ mongodb, other }, [ferretAnswer, login]);
      const { project, infra } = stack;
      const up = await infra("up", "mongodb");
      expect(up.exitCode).toBe(0);
      const path = join(project.path, ".mlt/infra");
      expect(statSync(join(path, "secrets.env")).mode & 0o777).toBe(0o600);
      expect(statSync(join(path, "secrets")).mode & 0o777).toBe(0o700);
      expect(statSync(join(path, "secrets/mongodb_service_password")).mode & 0o777).toBe(0o644);
      const password = secretOf(project, "MONGODB_SERVICE_PASSWORD");
      expect(password).toMatch(/^[\w-]{43}$/);
      expect(project.read(".mlt/infra/secrets/mongodb_service_password")).toBe(password);
      const status = await infra("status", "mongodb");
      expect(up.stdout + up.stderr + status.stdout + status.stderr).not.toContain(password);
      expect(daemon.docker("inspect", "mlt-mongodb-mongodb-1")).not.toContain(password);
      expect((await infra("status", "mongodb", "--show-secrets")).stdout).toContain(
        `The second: user mlt, password ${password}\n`,
      );
    },
    slow,
  );

  testWith(
    tools,
    "keeps the data of a stack that it takes down, unless it is told not to",
    async () => {
      await using stack = await infraProject({ mongodb: ferretService });
      const { port, infra } = stack;
      expect((await infra("up", "mongodb")).exitCode).toBe(0);
      await withDocuments(port, async (documents) => void (await documents.insertOne({ species: "setosa" })));
      expect((await infra("down", "mongodb", "--dry-run")).stdout).toBe(
        "mlt-mongodb would go (mongodb); its data are kept\n",
      );
      expect(containers()).toHaveLength(1);
      expect((await infra("down", "mongodb")).stdout).toBe(
        "mlt-mongodb is down (mongodb); its data are kept\n",
      );
      expect(containers()).toEqual([]);
      expect(JSON.parse((await infra("status", "mongodb", "--json")).stdout)).toMatchObject({
        stacks: [{ services: [{ service: "mongodb", ready: false, state: "not there" }] }],
      });
      expect((await infra("up", "mongodb")).exitCode).toBe(0);
      expect(await withDocuments(port, (documents) => documents.countDocuments())).toBe(1);
      expect((await infra("down", "mongodb", "--volumes")).stdout).toBe(
        "mlt-mongodb is down (mongodb); with its data\n",
      );
      expect(volumes()).toBe("");
    },
    slow,
  );

  testWith(
    tools,
    "ends the wait for a service that never answers, shows its last lines without secrets, and takes the stack down again",
    async () => {
      const command = ["/bin/cat", "/run/secrets/mongodb_service_password", "/nowhere"];
      const mongodb = stackService(command, { secrets: ["mongodb_service_password"] });
      await using stack = await infraProject({ mongodb });
      const { project, infra } = stack;
      const { exitCode, stdout, stderr } = await infra("up", "mongodb", "--timeout", "8s");
      expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
      expect(stderr).toContain("error: mlt-mongodb did not come up within 8 seconds\n");
      expect(stderr).toContain("| (a secret)");
      expect(stderr).toContain("/nowhere: No such file or directory\n");
      expect(stderr).toContain("mlt-mongodb is down again, as before; its data are kept\n");
      expect(stderr).not.toContain(secretOf(project, "MONGODB_SERVICE_PASSWORD"));
      expect(containers()).toEqual([]);
    },
    slow,
  );

  testWith(
    tools,
    "leaves running what ran before a service that was added and fails",
    async () => {
      await using stack = await infraProject({ mongodb: ferretService });
      const { project, infra } = stack;
      expect((await infra("up", "mongodb")).exitCode).toBe(0);
      const before = containers();
      const added = stackService(["/bin/cat", "/nowhere"], { restart: "no" });
      await project.write({ "stacks/mongodb/compose.yaml": stackText({ mongodb: ferretService, added }) });
      const { exitCode, stderr } = await infra("up", "mongodb");
      expect(exitCode).toBe(4);
      expect(stderr).toContain(
        "  added: exited, exit code 1\n    | /bin/cat: /nowhere: No such file or directory\n",
      );
      expect(stderr).toContain("What ran of mlt-mongodb before was left running\n");
      expect(containers()).toEqual(before);
    },
    slow,
  );

  testWith(
    tools,
    "takes the stack down again when it is interrupted while it waits",
    async () => {
      const silent = stackService([
        "/bin/mlt-test-ferretdb",
        "--port",
        variable("MLT_MONGODB_PORT"),
        "--state",
        "/data",
      ]);
      const answer = { ...ferretAnswer, protocol: "http", path: "/", database: undefined };
      await using stack = await infraProject({ mongodb: silent }, [answer]);
      const started = stack.project.start(["infra", "up", "mongodb"], dockerEnv());
      await untilRunning("mlt-mongodb-mongodb-1");
      started.child.kill("SIGINT");
      const { exitCode, stderr } = await started.finished;
      expect(stderr).toContain("Starting mlt-mongodb was called off\nmlt-mongodb is down again, as before");
      expect(exitCode).toBe(130);
      expect(containers()).toEqual([]);
    },
    slow,
  );

  testWith(
    tools,
    "names a port that another program has, before anything is started",
    async () => {
      await using stack = await infraProject({ mongodb: ferretService });
      const { port, infra } = stack;
      using taken = Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => undefined } });
      expect(taken.port).toBe(port);
      const { exitCode, stderr } = await infra("up", "mongodb");
      expect(exitCode).toBe(4);
      expect(stderr).toBe(
        `error: This machine is not ready\n  MongoDB cannot have the port ${port} of 127.0.0.1: another program has it\n` +
          "    End that program, or choose another port in the section infra of config.yaml.\n" +
          "hint: Mend that, and run it again.\n",
      );
      expect(containers()).toEqual([]);
    },
    slow,
  );

  testWith(
    tools,
    "starts mlt's own stack where the project has none, and says where images come from when they cannot be had",
    async () => {
      using project = await newProject();
      // Nothing listens on port 9.
      const infra = `infra: { registry: "127.0.0.1:9", mongodb: { port: ${await freePort()} } }`;
      await project.write({ "config.yaml": `project: { name: iris }\n${infra}\n` });
      const { exitCode, stderr } = await project.mlt(["infra", "up", "mongodb"], dockerEnv());
      expect(exitCode).toBe(4);
      expect(stderr).toStartWith(
        "mlt-mongodb:\n  mongodb        new\n  mongodb-setup  new\n2 new secrets, in .mlt/infra/secrets.env\n" +
          "error: docker-compose up failed for mlt-mongodb: ",
      );
      expect(stderr).toContain("127.0.0.1:9");
      expect(stderr).toEndWith(
        "mlt-mongodb is down again, as before; its data are kept\n" +
          "hint: See to it that this machine reaches the images, or name a registry that has them in infra.registry.\n",
      );
      const copied = project.read(".mlt/infra/stacks/mongodb/compose.yaml");
      expect(copied).toBe(
        readFileSync(join(import.meta.dir, "../../ops/stacks/mongodb/compose.yaml"), "utf8"),
      );
    },
    slow,
  );

  testWith(
    tools,
    "asks Fluentd's port in the forward protocol",
    async () => {
      const port = await freePort();
      const fluentd = stackService(["/bin/mlt-test-fluentforward", "--port", `${port}`]);
      const answer = { service: "fluentd", name: "Fluentd", protocol: "fluentd", port: `${port}` };
      await using stack = await infraProject({ fluentd }, [answer]);
      const { exitCode, stdout } = await stack.infra("up", "mongodb");
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`  logging.fluentd.host: 127.0.0.1\n  logging.fluentd.port: ${port}\n`);
    },
    slow,
  );

  testWith(
    tools,
    "takes down what a profile that is off, or an earlier compose.yaml, has left, and changes nothing before",
    async () => {
      const image = `${registry.host}/library/mongo:8.0.21`;
      const server = ["/bin/mlt-test-ferretdb", "--state", "/data", "--port"];
      const serviceOf = async (volume: string, settings = {}) =>
        stackService([...server, `${await freePort()}`], {
          image,
          volumes: [`${volume}:/data`],
          ...settings,
        });
      const agent = await serviceOf("agent", { profiles: ["docker"] });
      const stack = (data: string, jenkins: object) =>
        stringify({ services: { jenkins, agent }, volumes: { [data]: {}, agent: {} } });
      await using opened = await infraProject({});
      const { project, infra } = opened;
      await project.write({ "stacks/jenkins/compose.yaml": stack("first", await serviceOf("first")) });
      expect(await infra("down", "jenkins", "--dry-run")).toMatchObject({
        exitCode: 0,
        stdout: "mlt-jenkins was not there\n",
      });
      expect((await infra("down", "jenkins", "--volumes")).stdout).toBe("mlt-jenkins was not there\n");
      expect(existsSync(join(project.path, ".mlt/infra"))).toBe(false);

      // With a registry nothing looks for the image that mlt's own agent is made of.
      await project.write({
        "config.yaml": `${project.read("config.yaml")}image: { registry: "${registry.host}" }\n`,
      });
      expect(await infra("up", "jenkins")).toMatchObject({ exitCode: 0 });
      expect(containers()).toHaveLength(2);
      const config = project
        .read("config.yaml")
        .replace("infra: {", "infra: { jenkins: { agent: kubernetes },");
      await project.write({
        "config.yaml": config,
        "stacks/jenkins/compose.yaml": stack("second", await serviceOf("second")),
      });
      const { stdout } = await infra("up", "jenkins", "--json");
      expect(JSON.parse(stdout).stacks[0].services).toMatchObject([
        { service: "jenkins", change: "changed" },
      ]);
      expect(containers().map((line) => line.split(" ")[1])).toEqual(["mlt-jenkins-jenkins-1"]);
      expect(volumes().split("\n")).toHaveLength(3);
      expect((await infra("down", "jenkins", "--volumes")).stdout).toBe(
        "mlt-jenkins is down (jenkins); with its data\n",
      );
      expect(volumes()).toBe("");
    },
    slow,
  );

  testWith(
    tools,
    "brings a secret that was changed to the services, finds lost ones, and refuses to make others for data that are there",
    async () => {
      const mongodb = { ...ferretService, secrets: ["mongodb_service_password"] };
      await using stack = await infraProject({ mongodb });
      const { project, infra } = stack;
      expect((await infra("up", "mongodb")).exitCode).toBe(0);
      const password = secretOf(project, "MONGODB_SERVICE_PASSWORD");
      const planned = async () => (await infra("up", "mongodb", "--dry-run")).stdout;

      await project.write({ ".mlt/infra/secrets.env": "MONGODB_SERVICE_PASSWORD='two words'\n" });
      expect(await planned()).toBe("mlt-mongodb:\n  mongodb  made anew\n");

      rmSync(join(project.path, ".mlt/infra/secrets.env"));
      expect(await planned()).toBe("mlt-mongodb: nothing to change\n");
      expect((await infra("up", "mongodb")).exitCode).toBe(0);
      expect(secretOf(project, "MONGODB_SERVICE_PASSWORD")).toBe(password);

      rmSync(join(project.path, ".mlt/infra"), { recursive: true });
      const lost = await infra("up", "mongodb");
      expect(lost.exitCode).toBe(3);
      expect(lost.stderr).toMatch(
        /^error: There are data of mlt-mongodb, and ".+secrets.env" has no password of theirs\nhint: Put that file back, .+\n$/,
      );
      expect(existsSync(join(project.path, ".mlt/infra"))).toBe(false);
    },
    slow,
  );

  testWith(
    tools,
    "says of which service the container of before is gone, and hides a secret of the person's own with a line break",
    async () => {
      const token = { secrets: ["token"] };
      const file = (mongodb: object) => ({
        "stacks/mongodb/compose.yaml": stringify({
          "x-mlt": { given: ["token"], answers: [ferretAnswer] },
          services: { mongodb },
          secrets: { token: { file: `${variable("MLT_SECRETS_DIR")}/token` } },
        }),
      });
      const { volumes: _, ...quiet } = ferretService as { readonly volumes: unknown };
      await using stack = await infraProject({});
      const { project, infra } = stack;
      await project.write({ ...file({ ...quiet, ...token }), ".mlt/infra/secrets/token": "hunter2\n" });
      expect((await infra("up", "mongodb")).exitCode).toBe(0);
      await project.write(
        file(stackService(["/bin/cat", "/run/secrets/token", "/nowhere"], { ...token, restart: "no" })),
      );
      const { exitCode, stderr } = await infra("up", "mongodb", "--timeout", "8s");
      expect(exitCode).toBe(4);
      expect(stderr).toContain("    | (a secret)\n");
      expect(stderr).not.toContain("hunter2");
      expect(stderr).toContain(
        "What ran of mlt-mongodb before was left running, but for mongodb: the container of before is gone\n",
      );
    },
    slow,
  );

  testWith(
    tools,
    "takes the stack down again where the engine cannot be asked any more",
    async () => {
      const mongodb = stackService(["/bin/mlt-test-ferretdb", "--port", "0", "--state", "/data"]);
      await using stack = await infraProject({ mongodb });
      const { project } = stack;
      await project.write({
        "bin/docker": `#!/bin/sh\n[ "$1" = ps ] && [ -e "${project.path}/broken" ] && exit 1\nexec "${executablePath("docker")}" "$@"\n`,
      });
      chmodSync(join(project.path, "bin/docker"), 0o755);
      const PATH = `${project.path}/bin:${process.env["PATH"]}`;
      const started = project.start(["infra", "up", "mongodb"], { ...dockerEnv(), PATH });
      await untilRunning("mlt-mongodb-mongodb-1");
      await project.write({ broken: "" });
      const { exitCode, stderr } = await started.finished;
      expect(exitCode).toBe(4);
      expect(stderr).toContain("error: docker ps failed: exit code 1\nmlt-mongodb is down again, as before");
      expect(containers()).toEqual([]);
    },
    slow,
  );

  testWith(
    tools,
    "makes a certificate for a stack with TLS, asks only who has it, and keeps it",
    async () => {
      const port = await freePort();
      const files = ["-cert", "/run/secrets/web_certificate", "-key", "/run/secrets/web_key"];
      const command = ["/usr/bin/openssl", "s_server", "-www", "-quiet", "-accept", `127.0.0.1:${port}`];
      const secrets = ["web_certificate", "web_key", "web_authority"];
      const web = stackService([...command, ...files], { secrets });
      const answer = { service: "web", name: "Web", protocol: "http", tls: true, port: `${port}` };
      // Any variable may say whether there is TLS: that of the log search is not one of this stack.
      const [chain = "", key = "", authority = ""] = secrets;
      const certificate = { on: "MLT_MONGODB_DATABASE", chain, key, authority };
      await using stack = await infraProject({});
      const { project, infra } = stack;
      const config = project.read("config.yaml").replace("mongodb: {", 'mongodb: { database: "true",');
      await project.write({
        "config.yaml": config,
        "stacks/mongodb/compose.yaml": stringify({
          "x-mlt": { answers: [answer], certificate },
          services: { web },
          secrets: Object.fromEntries(
            secrets.map((name) => [name, { file: `${variable("MLT_SECRETS_DIR")}/${name}` }]),
          ),
        }),
      });
      const first = await infra("up", "mongodb");
      expect(first).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining("A new certificate, in .mlt/infra/secrets/web_certificate\n"),
        stdout: expect.stringContaining(`Web: https://127.0.0.1:${port}\n`),
      });
      const made = project.read(".mlt/infra/secrets/web_certificate");
      expect(made).toStartWith("-----BEGIN CERTIFICATE-----\n");
      expect((await infra("up", "mongodb", "--dry-run")).stdout).toBe("mlt-mongodb: nothing to change\n");

      // Whoever answers there now has another certificate.
      const other = await selfSigned({ commonName: "other", names: ["127.0.0.1"], days: 2 }, process.env);
      await project.write({ ".mlt/infra/secrets/web_authority": other.cert });
      const status = JSON.parse((await infra("status", "mongodb", "--json")).stdout);
      expect(status.stacks[0].services[0]).toMatchObject({
        ready: false,
        state: expect.stringContaining("its certificate is not trusted"),
      });
    },
    slow,
  );
});

async function withDocuments<Result>(
  port: number,
  use: (documents: ReturnType<ReturnType<MongoClient["db"]>["collection"]>) => Promise<Result>,
): Promise<Result> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/`);
  try {
    return await use(client.db("mlt").collection("predictions"));
  } finally {
    await client.close();
  }
}

async function untilRunning(name: string): Promise<void> {
  const isRunning = () => daemon.docker("ps", "--format", "{{.Names}}").split("\n").includes(name);
  while (!isRunning()) await Bun.sleep(100);
}
