import { expect, test } from "bun:test";
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
  wantedVersion,
} from "../../../core/image/image-reference.ts";
import { failure } from "../../support/failure.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

test.each<[string, ImageReference, string]>([
  ["debian", { registry: "docker.io", repository: "library/debian" }, "docker.io/library/debian"],
  [
    "debian:12",
    { registry: "docker.io", repository: "library/debian", tag: "12" },
    "docker.io/library/debian:12",
  ],
  ["team/iris", { registry: "docker.io", repository: "team/iris" }, "docker.io/team/iris"],
  [
    "index.docker.io/debian",
    { registry: "docker.io", repository: "library/debian" },
    "docker.io/library/debian",
  ],
  ["localhost/iris", { registry: "localhost", repository: "iris" }, "localhost/iris"],
  [
    "registry:5000/team/iris:1.2.0",
    { registry: "registry:5000", repository: "team/iris", tag: "1.2.0" },
    "registry:5000/team/iris:1.2.0",
  ],
  ["[::1]:5000/iris", { registry: "[::1]:5000", repository: "iris" }, "[::1]:5000/iris"],
  [
    "gcr.io/distroless/cc-debian12:nonroot",
    { registry: "gcr.io", repository: "distroless/cc-debian12", tag: "nonroot" },
    "gcr.io/distroless/cc-debian12:nonroot",
  ],
  [
    `ghcr.io/a__b/c.d--e@${digest}`,
    { registry: "ghcr.io", repository: "a__b/c.d--e", digest },
    `ghcr.io/a__b/c.d--e@${digest}`,
  ],
  [
    `host:1/a:Tag_1@${digest}`,
    { registry: "host:1", repository: "a", tag: "Tag_1", digest },
    `host:1/a:Tag_1@${digest}`,
  ],
  // A port needs a path behind it: this is a tag.
  [
    "localhost:5000",
    { registry: "docker.io", repository: "library/localhost", tag: "5000" },
    "docker.io/library/localhost:5000",
  ],
])("parseImageReference() reads %s", (text, reference, written) => {
  expect(parseImageReference(text)).toEqual(reference);
  expect(formatImageReference(reference)).toBe(written);
  expect(parseImageReference(written)).toEqual(reference);
});

test.each<[string, string]>([
  ["", "a part of its path is empty"],
  ["team//iris", "a part of its path is empty"],
  ["host:5000/", "a part of its path is empty"],
  ["team/Iris", '"Iris" has capital letters'],
  ["team/iris rose", '"iris rose" is no part of a path'],
  ["team/a___b", '"a___b" is no part of a path'],
  ["https://host/iris", '"https:" is no address of a registry'],
  ["host:port/iris", '"host:port" is no address of a registry'],
  ["iris:", '"" is no tag'],
  ["iris:-1", '"-1" is no tag'],
  [`iris:${"a".repeat(129)}`, `"${"a".repeat(129)}" is no tag`],
  ["iris@sha256:12", '"sha256:12" is no digest'],
  [`iris@${digest}@${digest}`, "it has more than one @"],
  ["a".repeat(256), "its name is longer than 255 characters"],
])("parseImageReference() rejects %j", async (text, reason) => {
  const { message, exitCode } = await failure(() => parseImageReference(text));
  expect(message).toBe(`Cannot read "${text}" as the name of an image: ${reason}`);
  expect(exitCode).toBe(3);
});

test("wantedVersion() is the digest, then the tag, then latest", () => {
  expect(wantedVersion(parseImageReference(`iris:1@${digest}`))).toBe(digest);
  expect(wantedVersion(parseImageReference("iris:1"))).toBe("1");
  expect(wantedVersion(parseImageReference("iris"))).toBe("latest");
});
