import { MltError } from "../../../errors.ts";

/** The terms that are counted, sorted, and what each weighs. */
export interface Vocabulary {
  readonly terms: string[];
  readonly idf: number[];
}

export interface VocabularyOptions {
  /** Below 1 a share of the texts, from 1 a number of them. */
  readonly minDf: number;
  /** Up to 1 a share of the texts, above 1 a number of them. */
  readonly maxDf: number;
  /** Keeps so many terms, those that occur most often. */
  readonly maxFeatures: number | null;
  readonly useIdf: boolean;
  readonly smoothIdf: boolean;
}

/**
 * Learns the terms of texts.
 *
 * @param texts  of each text, its terms
 * @throws {MltError} when none is left
 * @see scikit-learn, User Guide, Tf–idf term weighting
 */
export function learnVocabulary(
  texts: readonly (readonly string[])[],
  options: VocabularyOptions,
  where: string,
): Vocabulary {
  const n = texts.length;
  const least = options.minDf < 1 ? options.minDf * n : options.minDf;
  const most = options.maxDf > 1 ? options.maxDf : options.maxDf * n;
  const counts = countTerms(texts);
  const kept = [...counts].filter(([, { nTexts }]) => nTexts >= least && nTexts <= most).sort(byTerm);
  if (options.maxFeatures !== null) {
    kept.sort((a, b) => b[1].total - a[1].total || byTerm(a, b));
    kept.splice(options.maxFeatures);
    kept.sort(byTerm);
  }
  if (kept.length === 0) {
    throw new MltError(
      `${where} finds no term in ${counts.size === 0 ? "the texts" : "enough, and not too many, texts"}`,
      {
        hint: "Look at the column, or at the options minDf and maxDf.",
      },
    );
  }
  const idf = kept.map(([, { nTexts }]) => inverseFrequency(nTexts, n, options));
  return { terms: kept.map(([term]) => term), idf };
}

interface TermCount {
  /** Texts that have the term. */
  nTexts: number;
  /** How often all of them have it. */
  total: number;
}

function countTerms(texts: readonly (readonly string[])[]): Map<string, TermCount> {
  const counts = new Map<string, TermCount>();
  for (const terms of texts) {
    for (const term of terms) {
      const count = counts.get(term);
      if (count === undefined) counts.set(term, { nTexts: 0, total: 1 });
      else count.total++;
    }
    for (const term of new Set(terms)) {
      const count = counts.get(term);
      if (count !== undefined) count.nTexts++;
    }
  }
  return counts;
}

function byTerm([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}

/** As if there were one text more, which has every term, unless it is not smoothed. */
function inverseFrequency(nTexts: number, n: number, { useIdf, smoothIdf }: VocabularyOptions): number {
  if (!useIdf) return 1;
  return smoothIdf ? Math.log((n + 1) / (nTexts + 1)) + 1 : Math.log(n / nTexts) + 1;
}
