import { expect, test } from "bun:test";
import { dockerfileLines } from "../../../core/image/dockerfile-lines.ts";
import type { ImagePlan } from "../../../core/image/image-plan.ts";

const plan: ImagePlan = {
  platform: { os: "linux", architecture: "amd64" },
  base: "scratch",
  layers: [
    { name: "program", files: [], folders: [{ path: "var/spool", mode: 0o750, uid: 65_532, gid: 7 }] },
  ],
  runtime: {
    user: "65532:65532",
    env: { DIRS: '{"a":"$b\\c"}' },
    workingDir: "/app",
    entrypoint: ["/bin/serve"],
    cmd: [],
    port: 8_000,
    labels: { "a.b": "c" },
    healthcheck: ["/bin/serve", "status"],
  },
  created: "2026-01-02T03:04:05.000Z",
};

test("dockerfileLines() says all that a plan says of how its image runs, apart from the labels", () => {
  expect(dockerfileLines(plan, "FROM scratch\n")).toBe(`COPY --chown=65532:7 folders/var/spool/ /var/spool/
ENV DIRS="{\\"a\\":\\"\\$b\\\\c\\"}"
WORKDIR /app
USER 65532:65532
EXPOSE 8000
HEALTHCHECK CMD ["/bin/serve","status"]
ENTRYPOINT ["/bin/serve"]
CMD []
`);
});

test("dockerfileLines() leaves out the health check of a plan that has none", () => {
  expect(dockerfileLines({ ...plan, runtime: { ...plan.runtime, healthcheck: [] } }, "")).toContain(
    "\nHEALTHCHECK NONE\n",
  );
});

test("dockerfileLines() refuses a variable that would end its line", () => {
  expect(() =>
    dockerfileLines({ ...plan, runtime: { ...plan.runtime, env: { A: "b\nUSER root" } } }, ""),
  ).toThrow(RangeError);
});

test("dockerfileLines() copies no folder that the Dockerfile copies already", () => {
  const before = "FROM scratch\nCOPY --chown=65532:7 folders/var/spool/ /var/spool/\n";
  expect(dockerfileLines(plan, before)).toStartWith("ENV DIRS=");
});
