import type { Row } from "./iris.ts";
import type { Server } from "./server.ts";

/** @throws {Error} when a server calls a row by another class than the first one does */
export async function mustAgree(servers: readonly Server[], rows: readonly Row[]): Promise<void> {
  const [ours, ...others] = await Promise.all(
    servers.map(async (server) => ({
      name: server.contender.name,
      classes: server.contender.classes(await server.ask(rows)),
    })),
  );
  if (ours?.classes.length !== rows.length) throw new Error(`${ours?.name} did not answer every row`);
  for (const { name, classes } of others) {
    const different = rows.filter((_, row) => classes[row] !== ours.classes[row]).length;
    if (different > 0 || classes.length !== rows.length) {
      throw new Error(
        `${name} answers another class than ${ours.name} for ${different} of ${rows.length} rows`,
      );
    }
  }
}
