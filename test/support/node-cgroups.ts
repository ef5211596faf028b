import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = "/sys/fs/cgroup";

/** Makes a group of that name for the pods of a node, in each hierarchy of this machine. */
export function makeCgroups(name: string): void {
  for (const hierarchy of hierarchies()) {
    const group = join(hierarchy, name);
    mkdirSync(group);
    // Empty in a new group of version 1, and then no process may be in it.
    for (const file of ["cpuset.cpus", "cpuset.mems"]) {
      if (hierarchy === join(root, "cpuset"))
        writeFileSync(join(group, file), readFileSync(join(hierarchy, file)));
    }
  }
}

/** Removes the group, and those in it, once their processes have ended. */
export function removeCgroups(name: string): void {
  for (const hierarchy of hierarchies()) removeGroup(join(hierarchy, name));
}

/** Names of the groups at the top, such as those that a killed test has left. */
export function topCgroups(): readonly string[] {
  return hierarchies().flatMap(groupsIn);
}

function removeGroup(group: string): void {
  if (!existsSync(group)) return;
  for (const inner of groupsIn(group)) removeGroup(join(group, inner));
  // A process that was killed is in its group until it is gone.
  for (let attempt = 0; !removed(group); attempt++) {
    if (attempt === 200) throw new Error(`Processes of ${group} do not end`);
    Bun.sleepSync(10);
  }
}

function removed(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EBUSY") return false;
    throw error;
  }
}

/** Of version 1 there is one for each kind of resource, of version 2 there is one. */
function hierarchies(): readonly string[] {
  if (existsSync(join(root, "cgroup.controllers"))) return [root];
  return groupsIn(root)
    .map((name) => join(root, name))
    .filter((hierarchy) => existsSync(join(hierarchy, "cgroup.procs")));
}

function groupsIn(group: string): readonly string[] {
  return readdirSync(group, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
