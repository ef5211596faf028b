import { expect } from "bun:test";
import { walkThrough } from "./walkthrough.ts";

interface Walk {
  readonly page: string;
  /** Folder to begin in. */
  readonly dir: string;
  readonly machine?: Readonly<Record<string, string>>;
  /** A page whose outputs are not found would be true of nothing. */
  readonly nOutputs: number;
}

/** Types what a page says, and expects what it shows. Port 5000 must be free: the pages say `mlt serve` and nothing else. */
export async function expectTruth({ page, dir, machine, nOutputs }: Walk): Promise<void> {
  const shown = await walkThrough(page, dir, machine);
  expect(shown.map(({ line, printed }) => ({ line, output: printed }))).toEqual(
    shown.map(({ line, said }) => ({ line, output: said })),
  );
  expect(shown.length).toBeGreaterThanOrEqual(nOutputs);
}
