import { type Static, Type } from "@sinclair/typebox";

/** Software of others, or mlt itself, that an image has in it. */
export const ImageComponent = Type.Object(
  {
    name: Type.String(),
    version: Type.String(),
    /** As its package says, where that is an expression of SPDX. */
    licence: Type.Optional(Type.String()),
    /** Package URL: `pkg:npm/elysia@1.4.30`. */
    purl: Type.String(),
    /** Folder of the image that it lies in; without it, the image has it in any case. */
    folder: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export type ImageComponent = Static<typeof ImageComponent>;
