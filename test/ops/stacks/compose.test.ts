import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import {
  type SearchEngine,
  stackImages,
  stacksFolder,
  stackVariables,
  writeVariables,
} from "../../support/stack-files.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const compose = "docker-compose";

interface Service {
  readonly image: string;
  readonly restart: string;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly mem_limit: string;
  readonly healthcheck: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly host_ip: string }[];
  readonly volumes?: readonly {
    readonly type: string;
    readonly source: string;
    readonly read_only?: boolean;
  }[];
  readonly secrets?: readonly { readonly source: string }[];
}

interface Stack {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, { readonly name: string }>>;
}

/** What Docker Compose makes of a stack. */
function configured(stack: string, variables: Readonly<Record<string, string>>) {
  using dir = tempDir();
  const envFile = join(dir.path, "variables.env");
  writeVariables(envFile, variables);
  const file = join(stacksFolder, stack, "compose.yaml");
  const args = ["--project-name", `mlt-${stack}`, "--file", file, "--env-file", envFile, "config"];
  const { status, stdout, stderr } = spawnSync(compose, args, { encoding: "utf8", timeout: 60_000 });
  return { status, stderr, stack: (status === 0 ? parse(stdout) : undefined) as Stack };
}

const cases: readonly (readonly [string, SearchEngine])[] = [
  ["efk", "opensearch"],
  ["efk", "elasticsearch"],
  ["mongodb", "opensearch"],
];

for (const [name, engine] of cases) {
  const title = name === "efk" ? `${name} with ${engine}` : name;

  testWith([compose], `Docker Compose takes the stack ${title} as it is`, () => {
    const { status, stderr } = configured(name, stackVariables(engine, "/secrets"));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  testWith([compose], `every container of ${title} is held to what it needs`, () => {
    const { stack } = configured(name, stackVariables(engine, "/secrets"));
    for (const [service, it] of Object.entries(stack.services)) {
      const oneShot = service.endsWith("-setup");
      expect({ service, ...it }).toMatchObject({
        service,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        restart: oneShot ? "no" : "unless-stopped",
        mem_limit: expect.any(String),
        logging: { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } },
      });
      expect(it).not.toHaveProperty("privileged");
      expect(JSON.stringify(it)).not.toContain("docker.sock");
      expect([service, it.healthcheck.disable === true]).toEqual([service, oneShot]);
      expect(Object.values(stackImages)).toContain(it.image);
      for (const { host_ip } of it.ports ?? []) expect(host_ip).toBe("127.0.0.1");
      for (const volume of it.volumes ?? []) {
        if (volume.type === "volume") continue;
        expect([volume.source, existsSync(volume.source), volume.read_only]).toEqual([
          volume.source,
          true,
          true,
        ]);
      }
    }
  });

  testWith([compose], `the secrets of ${title} are files, and every one is read`, () => {
    const { stack } = configured(name, stackVariables(engine, "/secrets"));
    const read = Object.values(stack.services).flatMap(({ secrets = [] }) =>
      secrets.map(({ source }) => source),
    );
    expect(Object.keys(stack.secrets).sort()).toEqual([...new Set(read)].sort());
    for (const [secret, { file }] of Object.entries(stack.secrets)) expect(file).toBe(`/secrets/${secret}`);
  });

  testWith([compose], `each variable of ${title} without a value is named by Docker Compose`, () => {
    const text = readFileSync(join(stacksFolder, name, "compose.yaml"), "utf8");
    const needed = new Set(text.match(/\$\{MLT_[A-Z_]+:\?\}/g));
    expect(needed.size).toBeGreaterThan(4);
    for (const reference of needed) {
      const variable = reference.slice(2, -3);
      const { [variable]: _, ...others } = stackVariables(engine, "/secrets");
      const { status, stderr } = configured(name, others);
      expect([variable, status === 0, stderr.includes(variable)]).toEqual([variable, false, true]);
    }
  });
}

for (const engine of ["opensearch", "elasticsearch"] as const) {
  testWith([compose], `with TLS nothing of ${engine} is asked without it`, () => {
    const variables = { ...stackVariables(engine, "/secrets"), MLT_EFK_TLS: "true", MLT_EFK_SCHEME: "https" };
    const { status, stack } = configured("efk", variables);
    expect(status).toBe(0);
    expect(JSON.stringify(stack.services)).not.toContain("http://");
    for (const service of ["search", "fluentd", "dashboards"]) {
      const names = stack.services[service]?.secrets?.map(({ source }) => source);
      expect(names).toEqual(expect.arrayContaining(["efk_certificate", "efk_key"]));
    }
    for (const service of ["search-setup", "dashboards-setup"]) {
      const names = stack.services[service]?.secrets?.map(({ source }) => source);
      expect(names).toContain("efk_authority");
      expect(names).not.toContain("efk_key");
    }
  });
}

testWith([compose], "the two search engines have volumes of their own", () => {
  const names = (["opensearch", "elasticsearch"] as const).map(
    (engine) =>
      configured("efk", stackVariables(engine, "/secrets")).stack.volumes["search-data"]?.name ?? "",
  );
  expect(names).toEqual(["mlt-efk_opensearch", "mlt-efk_elasticsearch"]);
});

for (const stack of ["efk", "mongodb"]) {
  test(`the head of the stack ${stack} describes all of its variables and secrets, and no others`, () => {
    const text = readFileSync(join(stacksFolder, stack, "compose.yaml"), "utf8");
    const head = text.slice(0, text.indexOf("\nx-mlt:"));
    const described = new Set(head.match(/\bMLT_[A-Z_]+\b/g));
    const used = new Set(Array.from(text.matchAll(/\$\{(MLT_[A-Z_]+)/g), ([, name = ""]) => name));
    expect([...described].sort()).toEqual([...used].sort());
    for (const secret of Object.keys(parse(text).secrets)) expect(head).toContain(`#   ${secret} `);
  });
}

test("every image of the stacks is pinned to one version, and named with its registry", () => {
  for (const reference of Object.values(stackImages)) {
    expect(reference).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+\/[a-z0-9/_-]+:v?\d+\.[a-z0-9][a-z0-9._-]*$/);
  }
});
