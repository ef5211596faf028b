// Loaded by the test runner before a project's tests: gives them the modules that mlt brings.
import { installUserModules } from "../adapters/user-project/user-modules.ts";
import { userModules } from "./user-modules.ts";

await installUserModules(userModules);
