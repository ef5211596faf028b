import { formatShare } from "../report/format.ts";
import type { DataFinding } from "./data-finding.ts";
import type { FeatureValues } from "./feature-values.ts";
import { isIdLike } from "./id-like.ts";
import { quotedName, quotedNames } from "./sentences.ts";
import { countValues, type ValueCounts } from "./value-counts.ts";

/** Of the rows, from which a feature is more missing than there. */
const missingShare = 0.5;
/** Of the values, from which one of them says nearly everything. */
const dominantShare = 0.99;
/** Below them a share says little. */
const leastRows = 50;

interface CountedFeature {
  readonly name: string;
  readonly counts: ValueCounts;
}

/** What single features are like: constant, missing, nearly constant, or an id. */
export function columnFindings(features: readonly FeatureValues[]): readonly DataFinding[] {
  const counted = features.map(({ feature, values }) => ({
    name: feature.name,
    counts: countValues(values),
  }));
  const constant = counted.filter(({ counts }) => isConstant(counts));
  const others = counted.filter(({ counts }) => !isConstant(counts));
  const missing = others.filter(({ counts }) => shareMissing(counts) >= missingShare);
  const dominated = others.filter(
    ({ counts }) => counts.present >= leastRows && shareOfMajority(counts) >= dominantShare,
  );
  const ids = features.filter((feature) => isIdLike(feature)).map(({ feature }) => feature.name);
  return [
    ...idFinding(ids),
    ...constantFinding(constant),
    ...missingFinding(missing),
    ...dominatedFinding(dominated),
  ];
}

/** One value in every row, or none in any: where some are missing, that they are may tell something. */
function isConstant({ missing, present, majority }: ValueCounts): boolean {
  return present === 0 || (missing === 0 && majority === present);
}

function shareMissing({ missing, present }: ValueCounts): number {
  return missing / (missing + present);
}

function shareOfMajority({ majority, present }: ValueCounts): number {
  return present === 0 ? 0 : majority / present;
}

function idFinding(names: readonly string[]): readonly DataFinding[] {
  if (names.length === 0) return [];
  const message = `${quotedNames(names)} ${names.length === 1 ? "differs" : "differ"} in nearly every row, as an id does: what is learned from it holds for no other row. Name it as the id of features.yaml, or leave it out.`;
  return [{ kind: "id_like", names, message }];
}

function constantFinding(features: readonly CountedFeature[]): readonly DataFinding[] {
  if (features.length === 0) return [];
  const names = features.map(({ name }) => name);
  const message = `${quotedNames(names)} ${names.length === 1 ? "is" : "are"} the same in every row: no model learns from that.`;
  return [{ kind: "constant", names, message }];
}

function missingFinding(features: readonly CountedFeature[]): readonly DataFinding[] {
  const ranked = features.toSorted((a, b) => shareMissing(b.counts) - shareMissing(a.counts));
  const [most] = ranked;
  if (most === undefined) return [];
  const names = ranked.map(({ name }) => name);
  const share = formatShare(shareMissing(most.counts));
  const message =
    names.length === 1
      ? `${quotedName(most.name)} is missing in ${share} of the rows.`
      : `${quotedNames(names)} are missing in half of the rows or more, ${quotedName(most.name)} in ${share}.`;
  return [{ kind: "missing", names, message }];
}

function dominatedFinding(features: readonly CountedFeature[]): readonly DataFinding[] {
  const ranked = features.toSorted((a, b) => shareOfMajority(b.counts) - shareOfMajority(a.counts));
  const [most] = ranked;
  if (most === undefined) return [];
  const names = ranked.map(({ name }) => name);
  const share = formatShare(shareOfMajority(most.counts));
  const message =
    names.length === 1
      ? `${quotedName(most.name)} has the same value in ${share} of the rows that have one.`
      : `${quotedNames(names)} nearly always have the same value, ${quotedName(most.name)} in ${share} of the rows that have one.`;
  return [{ kind: "dominant_value", names, message }];
}
