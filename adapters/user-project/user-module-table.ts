import { loadPolars } from "../polars/load-polars.ts";
import type { UserModules } from "./user-modules.ts";

/** What every project may import with nothing installed. */
export const libraryModules: UserModules = {
  mlt: {
    load: () => import("./mlt-module.ts"),
    url: () => new URL("./mlt-module.ts", import.meta.url).href,
  },
  "nodejs-polars": {
    load: async () => {
      await loadPolars();
      return await import("nodejs-polars");
    },
    url: () => import.meta.resolve("nodejs-polars"),
  },
  yaml: { load: () => import("yaml"), url: () => import.meta.resolve("yaml") },
};
