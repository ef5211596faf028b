import { libraryModules } from "../adapters/user-project/user-module-table.ts";
import type { UserModules } from "../adapters/user-project/user-modules.ts";

/** Every module that a project's code and tests may import with nothing installed. */
export const userModules: UserModules = {
  ...libraryModules,
  "mlt/testing": {
    load: () => import("./testing.ts"),
    url: () => new URL("./testing.ts", import.meta.url).href,
  },
};
