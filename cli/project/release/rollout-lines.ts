import type { PodState } from "../../../adapters/kubernetes/pod-state.ts";
import { printable } from "../../../core/report/printable.ts";
import { say, style } from "../../output.ts";

/** Pods on stderr, for a person who waits for them. */
export interface RolloutLines {
  /** Draws them as they are now; `notes` are what their events say, by their uid. */
  show(pods: readonly PodState[], notes: ReadonlyMap<string, string>): void;
  /** Leaves what was drawn last. */
  done(): void;
}

/** On a terminal lines that change in their place, elsewhere a line for each change. */
export function rolloutLines(): RolloutLines {
  return process.stderr.isTTY === true ? liveLines() : changeLines();
}

/** For `--json` and whoever wants none. */
export const noRolloutLines: RolloutLines = { show: () => undefined, done: () => undefined };

function changeLines(): RolloutLines {
  const said = new Map<string, string>();
  const names = new Map<string, string>();
  return {
    show(pods, notes) {
      for (const pod of pods) {
        names.set(pod.uid, pod.name);
        const line = lineOf(pod, notes);
        // An old one that stays as it is says nothing.
        if (said.get(pod.uid) === line || (!pod.isNew && !pod.isEnding)) continue;
        said.set(pod.uid, line);
        say(line);
      }
      for (const uid of [...said.keys()].filter((each) => !pods.some((pod) => pod.uid === each))) {
        said.delete(uid);
        say(`  ${names.get(uid)}  gone`);
      }
    },
    done: () => undefined,
  };
}

const longest = 300;

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

function liveLines(): RolloutLines {
  let [drawn, frame] = [0, 0];
  return {
    show(pods, notes) {
      frame = (frame + 1) % frames.length;
      // A terminal that does not know its size says 0.
      const [columns, rows] = [process.stderr.columns || 80, process.stderr.rows || 24];
      // What has left the screen cannot be drawn over.
      const fitting = pods.slice(0, Math.max(1, rows - 2));
      const lines = fitting.map(
        (pod) => `${mark(pod, frames[frame] ?? "")}${lineOf(pod, notes).slice(1, columns - 1)}`,
      );
      const left = pods.length - fitting.length;
      if (left > 0) lines.push(`  and ${left} more`);
      const up = drawn === 0 ? "" : `\x1b[${drawn}A\x1b[J`;
      process.stderr.write(`${up}${lines.map((line) => `${line}\n`).join("")}`);
      drawn = lines.length;
    },
    done() {
      drawn = 0;
    },
  };
}

function mark({ isReady, isEnding, trouble }: PodState, frame: string): string {
  if (isReady) return style("green", "✓");
  if (trouble !== undefined) return style("red", "✗");
  return isEnding ? style("dim", "-") : style("cyan", frame);
}

function lineOf({ uid, name, isNew, text }: PodState, notes: ReadonlyMap<string, string>): string {
  const note = notes.get(uid);
  return printable(
    `  ${name}${isNew ? "" : " (old)"}  ${text}${note === undefined ? "" : `: ${note}`}`,
    longest,
  );
}
