import { isLoopback } from "../../adapters/loopback.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import type { ServiceLog } from "../log/service-log.ts";
import { say, style, warn } from "../output.ts";
import { isLogged, sinkNames } from "./logging-sinks.ts";
import type { Project } from "./open-project.ts";
import { dateFault, serveTls } from "./serve-tls.ts";

/** What there is to say of a service that answers. */
export async function announce(
  { root, config }: Project,
  log: ServiceLog,
  { url, card }: { readonly url: string; readonly card: ModelCard },
): Promise<void> {
  const tls = await serveTls({ root, config });
  const late = tls && dateFault(tls, new Date());
  if (late !== undefined) warn(late);
  if ((config.serve.api_keys ?? []).length === 0 && !isLoopback(config.serve.host)) warnOfOpenness(url);
  log.started(url, card, () => tellPeople(url, card, logPlace(config.logging)));
}

function warnOfOpenness(url: string): void {
  const address = url.replace(/^https?:\/\//, "");
  warn(`Anybody who reaches ${address} can ask for predictions; set MLT_SERVE__API_KEYS to require a key`);
}

/** Where predictions are logged, if they are. */
function logPlace(logging: Project["config"]["logging"]): string | undefined {
  if (!isLogged(logging)) return undefined;
  return [logging.spool.dir, ...sinkNames(logging)].join(", then ");
}

function tellPeople(url: string, card: ModelCard, logged: string | undefined): void {
  const base = url.replace(/\/$/, "");
  const scores = Object.entries(card.metrics.test).slice(0, 1);
  const [score] = scores.map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  say(
    `${style("bold", `${card.name} ${card.version}`)}  ${[card.estimator.name, score].filter(Boolean).join(", ")}`,
  );
  say(`  Try it    ${style("cyan", `${base}/`)}`);
  say(`  Docs      ${base}/docs`);
  say(`  Predict   POST ${base}/api/predictions`);
  if (logged !== undefined) say(`  Logged    in ${logged}`);
  say("  Stop      Ctrl-C");
}
