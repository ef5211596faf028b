// Loaded by the test runner before a project's tests: gives them the modules that mlt brings.
import { allowProjectTests } from "./user-modules.ts";

await allowProjectTests();
