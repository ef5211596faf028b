import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes the inventory of the hosts to a file in the folder, and gives its path. */
export async function writeInventory(dir: string, hosts: readonly string[]): Promise<string> {
  const path = join(dir, "hosts.yml");
  await writeFile(path, inventoryText(hosts), { mode: 0o600 });
  return path;
}

/**
 * The inventory of hosts as config.yaml names them, `user@host:port`, of which the first gets everything and the others
 * join its Kubernetes. It is JSON, which Ansible reads as YAML.
 */
export function inventoryText(hosts: readonly string[]): string {
  const [main, ...nodes] = hosts.map(hostOf);
  const children = { mlt_main: group(main === undefined ? [] : [main]), mlt_nodes: group(nodes) };
  return `${JSON.stringify({ all: { children } }, null, 2)}\n`;
}

interface InventoryHost {
  readonly name: string;
  readonly variables: Readonly<Record<string, string | number>>;
}

function group(hosts: readonly InventoryHost[]): unknown {
  return { hosts: Object.fromEntries(hosts.map(({ name, variables }) => [name, variables])) };
}

const form = /^(?:(?<user>[^@]+)@)?(?<host>\[[^\]]+\]|[^:[\]]+)(?::(?<port>\d+))?$/;

/** This machine needs no SSH. */
function hostOf(text: string): InventoryHost {
  const { user, host = "", port } = form.exec(text)?.groups ?? {};
  if (host === "") throw new RangeError(`There is no host in "${text}"`);
  const address = host.replace(/^\[|\]$/g, "");
  if (address === "localhost" && user === undefined && port === undefined) {
    return { name: "localhost", variables: { ansible_connection: "local" } };
  }
  return {
    // Two ports of one address are two hosts. Behind a colon Ansible would take the port from the name, and make them one.
    name: port === undefined ? address : `${address.replaceAll(":", "-")}_${port}`,
    variables: {
      ansible_host: address,
      ...(user !== undefined && { ansible_user: user }),
      ...(port !== undefined && { ansible_port: Number(port) }),
    },
  };
}
