import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../../errors.ts";
import { readOptions } from "../../options.ts";
import { type Block, packColumns, type Table, type TableColumn, type TextColumn } from "../../table.ts";
import { FittedColumn, fittedColumns, matchColumns } from "../fitted-columns.ts";
import { badState, type FittedTransform, TableTransformer } from "../table-transformer.ts";
import { tfidfInOnnx } from "./tfidf-in-onnx.ts";
import { learnVocabulary, type Vocabulary } from "./vocabulary.ts";
import { nGramsOf, wordsOf } from "./words.ts";

const boolean = (preset: boolean) => Type.Boolean({ default: preset, description: "true or false" });
const Norm = Type.Union([Type.Literal("l2"), Type.Literal("l1"), Type.Null()], {
  default: "l2",
  description: '"l2", "l1" or null',
});
const NumberOfWords = Type.Integer({ minimum: 1 });
const NGramRange = Type.Tuple([NumberOfWords, NumberOfWords], {
  default: [1, 1],
  description: "two whole numbers of words, the smaller first, such as [1, 2]",
});

const Options = Type.Object(
  {
    lowercase: boolean(true),
    ngramRange: NGramRange,
    minDf: Type.Number({ default: 1, minimum: 0, description: "a share below 1, or a number of texts" }),
    maxDf: Type.Number({ default: 1, minimum: 0, description: "a share up to 1, or a number of texts" }),
    maxFeatures: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
      default: null,
      description: "a whole number of terms, or null",
    }),
    norm: Norm,
    useIdf: boolean(true),
    smoothIdf: boolean(true),
    sublinearTf: boolean(false),
  },
  { additionalProperties: false },
);

export interface TfidfVectorizerOptions extends Partial<Omit<Static<typeof Options>, "ngramRange">> {
  readonly ngramRange?: readonly [number, number];
}

const State = Type.Object(
  {
    columns: Type.Array(FittedColumn),
    vocabularies: Type.Array(
      Type.Object(
        { terms: Type.Array(Type.String()), idf: Type.Array(Type.Number()) },
        { additionalProperties: false },
      ),
    ),
    lowercase: Type.Boolean(),
    ngramRange: NGramRange,
    norm: Norm,
    sublinearTf: Type.Boolean(),
  },
  { additionalProperties: false },
);
type State = Static<typeof State>;

const who = "TfidfVectorizer";
/** 1 GB of weights: matrices are not sparse. */
const mostWeights = 2 ** 27;

/**
 * Makes a column of each term that `fit` saw, a word or some in a row: how often the text has it, times how rare it is among
 * the texts, all terms of a text divided by their norm. A missing text is one without words: 0 in all columns.
 */
export class TfidfVectorizer extends TableTransformer {
  readonly name = who;
  readonly params: Readonly<Static<typeof Options>>;

  constructor({ ngramRange, ...options }: TfidfVectorizerOptions = {}) {
    super();
    const range: { ngramRange?: [number, number] } =
      ngramRange === undefined ? {} : { ngramRange: [...ngramRange] };
    this.params = readOptions(who, Options, { ...options, ...range });
    const [least, most] = this.params.ngramRange;
    if (least <= most) return;
    throw new MltError(`${who} cannot count from ${least} to ${most} words in a row`, {
      hint: "Give the smaller number of ngramRange first.",
    });
  }

  learn(table: Table): FittedTransform {
    const { lowercase, ngramRange, norm, sublinearTf } = this.params;
    const vocabularies = table.columns.map((column) => {
      const texts = requireText(column).values.map((text) => nGramsOf(wordsOf(text, lowercase), ngramRange));
      const vocabulary = learnVocabulary(texts, this.params, `${who} of column "${column.name}"`);
      if (vocabulary.terms.length * table.nRows <= mostWeights) return vocabulary;
      throw new MltError(
        `${who} would make ${vocabulary.terms.length} columns of column "${column.name}", for ${table.nRows} rows`,
        { hint: "Set its option maxFeatures, or minDf." },
      );
    });
    return weighing({
      columns: fittedColumns(table),
      vocabularies,
      lowercase,
      ngramRange,
      norm,
      sublinearTf,
    });
  }

  revive(state: unknown): FittedTransform {
    if (!Value.Check(State, state)) throw badState(who);
    return weighing(state);
  }
}

function requireText(column: TableColumn): TextColumn {
  if (column.kind === "text") return column;
  throw new MltError(`Column "${column.name}" holds numbers; ${who} reads text only`, {
    hint: "Give it the columns of text, in a columnTransformer.",
  });
}

function weighing(state: State): FittedTransform {
  return {
    state,
    apply(table) {
      const columns = matchColumns(table, state.columns, who);
      return {
        ...table,
        columns: columns.flatMap((column, index) =>
          weigh(requireText(column), state.vocabularies[index] ?? { terms: [], idf: [] }, state),
        ),
      };
    },
  };
}

function weigh(column: TextColumn, vocabulary: Vocabulary, state: State): TableColumn[] {
  const { terms, idf } = vocabulary;
  const block: Block = {
    width: terms.length,
    toOnnx: (context) => tfidfInOnnx(packColumns([column], context), { ...state, ...vocabulary }, context),
  };
  const placeOf = new Map(terms.map((term, place) => [term, place]));
  const weights = terms.map(() => new Float64Array(column.values.length));
  for (const [row, text] of column.values.entries()) {
    const counts = new Map<number, number>();
    for (const term of nGramsOf(wordsOf(text, state.lowercase), state.ngramRange)) {
      const place = placeOf.get(term);
      if (place !== undefined) counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    const values = Array.from(counts, ([place, count]): [number, number] => {
      const frequency = state.sublinearTf ? Math.log(count) + 1 : count;
      return [place, frequency * (idf[place] ?? 0)];
    });
    const divisor = normOf(
      values.map(([, value]) => value),
      state.norm,
    );
    for (const [place, value] of values) {
      const weight = weights[place];
      if (weight !== undefined) weight[row] = value / divisor;
    }
  }
  return weights.map((values, index) => ({
    kind: "number",
    name: `${column.name}_${terms[index]}`,
    values,
    block,
    index,
  }));
}

function normOf(values: readonly number[], norm: State["norm"]): number {
  if (norm === null || values.length === 0) return 1;
  if (norm === "l1") return values.reduce((sum, value) => sum + value, 0);
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
}
