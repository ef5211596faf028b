import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { DockerDaemon } from "./dockerd.ts";
import { tempDir } from "./temp-dir.ts";
import { withLibraries } from "./tiny-image.ts";
import { executablePath } from "./tools.ts";

/** The programs of the image that `makeServerImage` makes, and what it needs. */
export const serverImageTools = ["mlt-test-ferretdb", "mlt-test-fluentforward", "openssl"];

/**
 * Makes an image of servers that speak the protocols of the real ones, FerretDB and a forward receiver, and of `cat` and `openssl`, and
 * gives it to the daemon under a reference.
 */
export function makeServerImage(daemon: DockerDaemon, reference: string): void {
  using dir = tempDir();
  const put = (source: string, path: string) => {
    mkdirSync(dirname(join(dir.path, "root", path)), { recursive: true });
    copyFileSync(source, join(dir.path, "root", path));
  };
  for (const name of ["mlt-test-ferretdb", "mlt-test-fluentforward"]) {
    put(executablePath(name) ?? "", `bin/${name}`);
  }
  const programs = ["/bin/cat", executablePath("openssl") ?? ""];
  for (const { path, content } of programs.flatMap(withLibraries)) {
    if ("source" in content) put(content.source, path);
  }
  const archive = join(dir.path, "image.tar");
  execFileSync("tar", ["-C", join(dir.path, "root"), "-cf", archive, "."]);
  daemon.docker("import", archive, reference);
}

/** A variable, as compose.yaml names it. */
export function variable(name: string): string {
  return `\${${name}:?}`;
}

/** A service of a stack in the network of the machine, from the image of `makeServerImage`. */
export function stackService(command: readonly string[], settings: object = {}): object {
  return {
    image: variable("MLT_IMAGE_MONGODB"),
    command,
    network_mode: "host",
    restart: "unless-stopped",
    ...settings,
  };
}

/** FerretDB, which is asked for no login, on the port of the configuration. */
export const ferretService = stackService(
  ["/bin/mlt-test-ferretdb", "--port", variable("MLT_MONGODB_PORT"), "--state", "/data"],
  { volumes: ["data:/data"] },
);

/** How mlt asks it. */
export const ferretAnswer = {
  service: "mongodb",
  name: "MongoDB",
  protocol: "mongodb",
  port: "MLT_MONGODB_PORT",
  database: `\${MLT_MONGODB_DATABASE}`,
};

/** A compose.yaml. */
export function stackText(
  services: Readonly<Record<string, object>>,
  answers: readonly object[] = [ferretAnswer],
): string {
  return stringify({
    "x-mlt": { answers },
    services,
    volumes: { data: {} },
    secrets: {
      mongodb_service_password: { file: `${variable("MLT_SECRETS_DIR")}/mongodb_service_password` },
    },
  });
}
