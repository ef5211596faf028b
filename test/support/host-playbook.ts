import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type PlaybookRequest, type PlaybookRun, runPlaybook } from "../../adapters/ansible/playbook.ts";
import type { HostStack } from "../../adapters/ansible/variables-file.ts";
import { type AnsibleHosts, hostImage } from "./ansible-hosts.ts";
import type { DockerDaemon } from "./dockerd.ts";

/** A stack of one small server that is healthy once it answers, what sets it up and ends, a volume, a secret and a file. */
export function smallStack(dir: string, { answers = true } = {}): HostStack {
  const folder = join(dir, "stacks/mongodb");
  mkdirSync(folder, { recursive: true });
  const program = answers ? "http.server" : "no_such_module";
  const compose = {
    services: {
      server: {
        image: `\${MLT_IMAGE_MONGODB}`,
        command: ["python3", "-m", program, "8000"],
        healthcheck: {
          test: [
            "CMD",
            "python3",
            "-c",
            "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000')",
          ],
          interval: "1s",
        },
        secrets: ["root"],
        network_mode: "none",
        volumes: ["data:/data", "./server.conf:/server.conf:ro"],
      },
      setup: {
        image: `\${MLT_IMAGE_MONGODB}`,
        command: ["grep", "-q", "a {{ secret }} $$HOME", "/run/secrets/root"],
        secrets: ["root"],
        network_mode: "none",
        ...(answers && { depends_on: { server: { condition: "service_healthy" } } }),
      },
    },
    volumes: { data: {} },
    secrets: { root: { file: `\${MLT_SECRETS_DIR}/root` } },
  };
  writeFileSync(join(folder, "compose.yaml"), JSON.stringify(compose));
  writeFileSync(join(folder, "server.conf"), "verbose = 1\n");
  return {
    folder,
    profiles: [],
    variables: { MLT_IMAGE_MONGODB: hostImage },
    secrets: { root: "a {{ secret }} $HOME" },
  };
}

/** What is different from the playbook `up` with everything. */
export type PlayedChanges = Partial<PlaybookRequest> & {
  readonly stack?: HostStack;
  readonly removeVolumes?: boolean;
};

/** Runs a playbook against such hosts, with stacks that are kept in the folder that they share. */
export async function playHosts(
  daemon: DockerDaemon,
  { hosts, dir }: { readonly hosts: AnsibleHosts; readonly dir: string },
  changes: PlayedChanges,
): Promise<PlaybookRun> {
  const { stack, removeVolumes = false, ...rest } = changes;
  mkdirSync(join(dir, "work"), { recursive: true });
  return await runPlaybook({
    playbook: "up",
    projectDir: dir,
    workFolder: join(dir, "work"),
    inventory: hosts.inventory,
    hosts: [],
    parts: ["mongodb", "microk8s"],
    variables: {
      stacks: stack === undefined ? {} : { mongodb: stack },
      microk8s: { channel: "1.32/stable", addons: ["dns", "registry"] },
      kubeconfig: join(dir, "work/kubeconfig"),
      waitSeconds: 60,
      removeVolumes,
    },
    login: { askBecomePass: false, askVaultPass: false },
    check: false,
    timeoutMs: 240_000,
    env: { ...daemon.env, ANSIBLE_HOME: join(dir, "ansible-home") },
    onTask: () => undefined,
    ...rest,
  });
}

/** Runs the playbook `up` for the small stack in other processes, and kills all of them when the task has begun. */
export async function playAndKill(
  daemon: DockerDaemon,
  { hosts, dir }: { readonly hosts: AnsibleHosts; readonly dir: string },
  task: string,
): Promise<void> {
  const child = spawn(process.execPath, [import.meta.filename, dir, hosts.inventory], {
    env: daemon.env,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== task || child.pid === undefined) continue;
    process.kill(-child.pid, "SIGKILL");
    await ended;
    return;
  }
  throw new Error(`The playbook ended, and had no task "${task}"`);
}

if (import.meta.main) {
  const [dir = "", inventory = ""] = process.argv.slice(2);
  const nobody = { inventory, run: () => "", changes: () => [] };
  const daemon = { env: process.env, docker: () => "", [Symbol.asyncDispose]: async () => undefined };
  await playHosts(
    daemon,
    { hosts: nobody, dir },
    { stack: smallStack(dir), parts: ["mongodb"], onStart: (task) => process.stdout.write(`${task}\n`) },
  );
}
