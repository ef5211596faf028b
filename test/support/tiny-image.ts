import { execFileSync } from "node:child_process";
import { realpathSync, statSync } from "node:fs";
import type { ImageFile, ImagePlan } from "../../core/image/image-plan.ts";

/**
 * A plan of an image that holds this machine's own `cat`, with the libraries that it needs: it prints its model, and
 * takes no time to build.
 */
export function tinyPlan(model = "model 1\n", base = "scratch"): ImagePlan {
  const text = (content: string) => new TextEncoder().encode(content);
  return {
    platform: { os: "linux", architecture: process.arch === "arm64" ? "arm64" : "amd64" },
    base,
    layers: [
      {
        name: "program",
        files: withLibraries("/bin/cat"),
        folders: [{ path: "var/lib/mlt/spool", mode: 0o750, uid: 65_532, gid: 65_532 }],
      },
      { name: "config", files: [{ path: "app/config.yaml", mode: 0o644, content: text("project: {}\n") }] },
      { name: "model", files: [{ path: "app/model_bin/model.json", mode: 0o644, content: text(model) }] },
    ],
    runtime: {
      user: "65532:65532",
      env: { GREETING: 'a "b" $c' },
      workingDir: "/app",
      entrypoint: ["/bin/cat"],
      cmd: ["model_bin/model.json"],
      port: 8_000,
      labels: { "io.mlt.model.id": "1", "org.opencontainers.image.title": 'it\'s "tiny"' },
      healthcheck: ["/bin/cat", "/app/config.yaml"],
    },
    created: "2026-01-02T03:04:05.000Z",
  };
}

/** The program, and what `ldd` says that it loads, under the names by which it is loaded. */
export function withLibraries(program: string): ImageFile[] {
  const listed = execFileSync("ldd", [program], { encoding: "utf8" });
  const paths = [...listed.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
  return [program, ...paths].map((path) => {
    const source = realpathSync(path);
    return { path: path.slice(1), mode: 0o755, content: { source, sizeBytes: statSync(source).size } };
  });
}
