import packageJson from "../package.json" with { type: "json" };

/** Version of this mlt. */
export const version: string = packageJson.version;
