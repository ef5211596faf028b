import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { oneAtATime } from "../core/one-at-a-time.ts";
import { type Counts, changedFiles, type FileSnapshot, fileSnapshot } from "./file-snapshot.ts";

export interface WatchOptions {
  /** Absolute paths of files, and of folders with all that is in them. They may be absent, links, and be replaced. */
  readonly paths: readonly string[];
  /** What is looked at in a folder. Default: everything. */
  readonly counts?: Counts;
  /** How long nothing may change before a change is told. */
  readonly quietMs?: number;
  /** How often is looked where the file system says nothing of changes, as over a network. */
  readonly pollMs?: number;
  /**
   * Called with the paths of the files that came, went or changed. One call at a time: what changes during one is told
   * after it. It must not reject.
   */
  readonly onChange: (changed: readonly string[]) => Promise<void>;
}

export interface Watch {
  /** Looks no more. Resolves when no call of `onChange` goes on. */
  close(): Promise<void>;
}

/** Events come in bursts, and one look is enough for a burst. */
const burstMs = 20;

/** Tells of changes of files from now on: of those since the promise resolved, once they are over. */
export async function watchFiles(options: WatchOptions): Promise<Watch> {
  const { paths, counts = () => true, onChange, quietMs = 200, pollMs = 1_000 } = options;
  let told = await fileSnapshot(paths, counts);
  let last = told;
  let lastChangeMs = Number.NEGATIVE_INFINITY;
  let closed = false;
  const look = async () => {
    const startedMs = performance.now();
    const now = await fileSnapshot(paths, counts);
    const tookMs = performance.now() - startedMs;
    if (changedFiles(last, now).length > 0) lastChangeMs = startedMs;
    last = now;
    folders.follow(now);
    const changed = changedFiles(told, now);
    const restlessMs = changed.length === 0 ? 0 : quietMs - (startedMs - lastChangeMs);
    if (restlessMs > 0) return timer.within(restlessMs);
    // Before the call: what happens during it may ask for a look sooner. A large tree is looked at less often.
    timer.within(Math.max(pollMs, 20 * tookMs));
    if (changed.length === 0 || closed) return;
    told = now;
    await onChange(changed);
  };
  const looking = oneAtATime(async () => {
    if (!closed) await look();
  });
  const timer = lookTimer(() => void looking());
  const folders = folderEvents(paths, counts, () => timer.within(burstMs));
  folders.follow(told);
  // What changed before the events were listened to.
  timer.within(0);
  return {
    close: async () => {
      closed = true;
      timer.close();
      // Before its folders are let go: a look that goes on would listen to them anew.
      await looking();
      folders.close();
    },
  };
}

/** One timer, of which the soonest wish counts. */
function lookTimer(look: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let dueMs = Number.POSITIVE_INFINITY;
  let closed = false;
  return {
    within(delayMs: number) {
      const wishedMs = performance.now() + delayMs;
      if (closed || wishedMs >= dueMs) return;
      clearTimeout(timer);
      dueMs = wishedMs;
      timer = setTimeout(() => {
        dueMs = Number.POSITIVE_INFINITY;
        look();
      }, delayMs);
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Listens to the folders of a snapshot, and to those that hold what is watched: it may be replaced as a whole. */
function folderEvents(paths: readonly string[], counts: Counts, happened: () => void) {
  const names = new Set(paths.map((path) => basename(path)));
  const holders = [...new Set(paths.map((path) => dirname(path)))];
  const listening = new Map<string, { readonly identity: string; readonly watcher: FSWatcher | undefined }>();
  const stop = (path: string) => {
    listening.get(path)?.watcher?.close();
    listening.delete(path);
  };
  return {
    follow({ folders }: FileSnapshot) {
      const wanted = new Map([...holders.map((path): [string, string] => [path, ""]), ...folders]);
      for (const [path, { identity }] of listening) if (wanted.get(path) !== identity) stop(path);
      for (const [path, identity] of wanted) {
        if (listening.has(path)) continue;
        const isInside = folders.has(path);
        const concerns = (name: string) => names.has(name) || (isInside && counts(name, `${path}/${name}`));
        listening.set(path, { identity, watcher: listen(path, concerns, happened) });
      }
    },
    close() {
      for (const path of [...listening.keys()]) stop(path);
    },
  };
}

/** Without events, where the system has none to give, there is still the polling. */
function listen(
  path: string,
  concerns: (name: string) => boolean,
  happened: () => void,
): FSWatcher | undefined {
  try {
    const watcher = watch(path, (_event, name) => {
      if (name === null || concerns(name)) happened();
    });
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
