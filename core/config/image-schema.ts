import { Type } from "@sinclair/typebox";

const closed = { additionalProperties: false };

/** A part of an image's path, as registries take it: two dots do not stand together, nor do three underscores. */
export const imagePathPart = "[a-z0-9]+(([.]|__?|-+)[a-z0-9]+)*";
const port = ":[1-9][0-9]{0,4}";
/**
 * A registry's host and port: the source of a regular expression, without anchors.
 * Without a dot or a port, the first part of an image's name is a folder of docker.io to whoever reads it.
 */
export const registryHost = [
  `(localhost|[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+)(${port})?`,
  `[A-Za-z0-9-]+${port}`,
  `\\[[0-9A-Fa-f:]+\\](${port})?`,
].join("|");

/** The section `image`. */
export const ImageSchema = Type.Object(
  {
    registry: Type.Optional(
      Type.String({
        description:
          "Host of the registry that images are pushed to, with its port if it has one; absent: they stay here",
        pattern: `^(${registryHost})$`,
        expected:
          "a host with a dot or a port, such as registry.example.com:5000, without https:// and without a path",
      }),
    ),
    repository: Type.Optional(
      Type.String({
        description: "Path before the name of the image, such as `team/models`",
        pattern: `^${imagePathPart}(/${imagePathPart})*$`,
        expected:
          "lower-case letters, digits, dots, hyphens and underscores, in parts with slashes between them",
      }),
    ),
    name: Type.Optional(
      Type.String({
        description: "Name of the image; if absent, `project.name`",
        pattern: `^${imagePathPart}$`,
        expected: "lower-case letters, digits, dots, hyphens and underscores",
      }),
    ),
    tag: Type.Optional(
      Type.String({
        description: "Tag of the image; if absent, `project.version`",
        pattern: "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$",
        expected: "1 to 128 letters, digits, underscores, dots and hyphens",
      }),
    ),
    base: Type.String({
      description:
        "Image that the production image stands on, or `oci:` and a folder; `scratch`: nothing but the C library that mlt brings",
      default: "scratch",
      minLength: 1,
    }),
    runtime: Type.String({
      description: "Name of the image that Jenkins runs its stages in",
      default: "mlt-runtime",
      pattern: `^${imagePathPart}$`,
      expected: "lower-case letters, digits, dots, hyphens and underscores",
    }),
    runtime_base: Type.String({
      description: "Image that it stands on, which has git, bash and the C library, or `oci:` and a folder",
      default: "buildpack-deps:bookworm-scm",
      minLength: 1,
    }),
    username: Type.Optional(
      Type.String({
        description: "User at the registry; absent: whom `docker login` has logged in",
        minLength: 1,
      }),
    ),
    password: Type.Optional(
      Type.String({ description: "The user's password or token", minLength: 1, secret: true }),
    ),
  },
  { ...closed, description: "What `mlt build-image` makes" },
);
