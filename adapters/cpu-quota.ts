import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** CPUs that this process may use at once: those of the machine, or less where a container is given a share of them. */
export function cpuQuota(cgroupRoot = "/sys/fs/cgroup"): number {
  const share = quotaOf(cgroupRoot);
  const cpus = availableParallelism();
  return Math.max(1, Math.floor(share === undefined ? cpus : Math.min(cpus, share)));
}

/** @see https://docs.kernel.org/admin-guide/cgroup-v2.html (cpu.max) and, for version 1, sched-bwc.html */
function quotaOf(root: string): number | undefined {
  const [quota, period] = read(`${root}/cpu.max`)?.split(" ") ?? [
    read(`${root}/cpu/cpu.cfs_quota_us`),
    read(`${root}/cpu/cpu.cfs_period_us`),
  ];
  const share = Number(quota) / Number(period);
  // "max" in version 2 and -1 in version 1 say that there is none.
  return share > 0 && Number.isFinite(share) ? share : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
