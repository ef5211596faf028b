import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { columnTransformer } from "../../../../../core/learn/preprocessing/column-transformer.ts";
import {
  TfidfVectorizer,
  type TfidfVectorizerOptions,
} from "../../../../../core/learn/preprocessing/text/tfidf-vectorizer.ts";
import { checkTransformer } from "../../../../contract/transformer.ts";
import expected from "../../../../support/expected/transformers.json";

const { texts, unseen } = expected;
const frame = pl.DataFrame({ t: texts });
const odd = [
  null,
  "",
  "!",
  "FOX, Fox and fOX; foxes",
  "quickbrownfoxquickbrownfoxquickbrownfox QUICK",
  "\u0002 \u0003 dog \u0001 dog",
  "über ÜBER Über u\u0308ber",
  "straße STRASSE STRAẞE",
  "İstanbul ıstanbul ISTANBUL istanbul",
  "ΟΔΟΣ οδος οδοσ",
  "日本語 日本 ー",
  "𝒳𝒴 𐐔𐐯 𐐼𐐯",
  "the quick brown the quick",
];

for (const options of [
  {},
  { lowercase: false },
  { ngramRange: [1, 3], sublinearTf: true },
  { ngramRange: [2, 2], norm: "l1" },
  { norm: null, useIdf: false, maxFeatures: 3 },
] as const satisfies readonly TfidfVectorizerOptions[]) {
  checkTransformer(`TfidfVectorizer(${JSON.stringify(options)})`, {
    make: () => new TfidfVectorizer(options),
    train: {
      t: [...texts, "İSTANBUL istanbul", "οδοσ ΟΔΟΣ", "日本語 日本", "𝒳𝒴 𐐼𐐯 𐐼𐐯"],
      u: [...texts.toReversed(), null, "one ONE", "zwei Wörter", "7 77 777"],
    },
    request: { t: odd, u: odd.toReversed() },
  });
}
checkTransformer("TfidfVectorizer of digits, beside others", {
  make: () => columnTransformer([[new TfidfVectorizer(), ["t"]]], { remainder: "passthrough" }),
  train: { t: ["12 345", "345 345"], n: [1, 2] },
  request: { t: ["A 345", null], n: [null, 3] },
});

describe("TfidfVectorizer", () => {
  test.each<[string, TfidfVectorizerOptions, (typeof expected)["tfidf"]]>([
    ["the defaults", {}, expected.tfidf],
    ["pairs of words", { ngramRange: [1, 2], sublinearTf: true, minDf: 2 }, expected.tfidf_pairs],
    [
      "as little as possible",
      { norm: null, smoothIdf: false, lowercase: false, maxDf: 0.5, maxFeatures: 3 },
      expected.tfidf_bare,
    ],
    ["phrases", { useIdf: false, norm: "l1", ngramRange: [2, 3] }, expected.tfidf_phrases],
  ])("gives what scikit-learn gives, with %s", (_, options, { matrix, terms, unseen: later }) => {
    const vectorizer = new TfidfVectorizer(options);
    const fitted = vectorizer.fitTransform(frame);
    expect(fitted.columns).toEqual(terms.map((term) => `t_${term}`));
    for (const [index, value] of matrix.flat().entries()) expect(fitted.data[index]).toBeCloseTo(value, 12);
    const { data } = vectorizer.transform(pl.DataFrame({ t: unseen }));
    for (const [index, value] of later.flat().entries()) expect(data[index]).toBeCloseTo(value, 12);
  });

  test("takes minDf and maxDf for shares or numbers of texts", () => {
    const words = pl.DataFrame({ t: ["aa bb", "aa cc", "aa bb", "aa dd"] });
    const termsOf = (options: TfidfVectorizerOptions) =>
      new TfidfVectorizer(options).fitTransform(words).columns.map((name) => name.slice(2));
    expect(termsOf({ minDf: 2 })).toEqual(["aa", "bb"]);
    expect(termsOf({ minDf: 0.5 })).toEqual(["aa", "bb"]);
    expect(termsOf({ maxDf: 0.5 })).toEqual(["bb", "cc", "dd"]);
    expect(termsOf({ maxDf: 3 })).toEqual(["bb", "cc", "dd"]);
    expect(termsOf({ maxFeatures: 2 })).toEqual(["aa", "bb"]);
  });

  test("refuses numbers, texts without terms, a matrix that memory cannot hold and a range upside down", () => {
    expect(() => new TfidfVectorizer().fit(pl.DataFrame({ n: [1] }))).toThrow(
      'Column "n" holds numbers; TfidfVectorizer reads text only',
    );
    expect(() => new TfidfVectorizer().fit(pl.DataFrame({ t: ["a b", "!"] }))).toThrow(
      'TfidfVectorizer of column "t" finds no term in the texts',
    );
    expect(() => new TfidfVectorizer({ minDf: 2 }).fit(pl.DataFrame({ t: ["aa", "bb"] }))).toThrow(
      /finds no term in enough/,
    );
    const many = pl.DataFrame({ t: Array.from({ length: 20_000 }, (_, row) => `word${row}`) });
    expect(() => new TfidfVectorizer().fit(many)).toThrow(
      'TfidfVectorizer would make 20000 columns of column "t", for 20000 rows',
    );
    expect(() => new TfidfVectorizer({ ngramRange: [2, 1] })).toThrow(
      "cannot count from 2 to 1 words in a row",
    );
  });
});
