import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { commandReference } from "../../cli/reference.ts";
import { configurationReference } from "../../core/config/reference.ts";

/** Writes the two references that are made from the source; tests hold them to it. */

const docs = resolve(import.meta.dirname, "../../docs");
writeFileSync(join(docs, "commands.md"), await commandReference());
writeFileSync(join(docs, "configuration.md"), configurationReference());
