"""Write transformers.json: what scikit-learn makes of small tables.

python3 -m venv /tmp/venv && /tmp/venv/bin/pip install scikit-learn==1.9.1
/tmp/venv/bin/python test/support/expected/transformers.py
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OrdinalEncoder,
    RobustScaler,
    TargetEncoder,
)

HERE = pathlib.Path(__file__).parent
NAN = float("nan")

# Whole numbers, halves and quarters: exact in float32.
NUMBERS = np.array([[1, -8], [2, 0.5], [NAN, 100], [4, 0.25], [1000, NAN], [7, 3]], dtype=float)
POSITIVE = np.array([[0, 2**-30], [1, 0.5], [NAN, 100], [2**100, -0.75]], dtype=float)
WORDS = np.array([["red", "S"], ["blue", "L"], ["red", "M"], ["green", "S"]], dtype=object)
COLOURS = list("aabbbcccdaabbcdecaeebdab")
SHOPS = [float(v) for v in [3, 3, 1, 2, 2, 1, 1, 2, 3, 3, 3, 1, 2, 2, 1, 3, 2, 1, 3, 2, 1, 1, 2, 3]]
AMOUNT = [float(v) for v in [5, 7, 3, 2, 4, 9, 8, 9.5, 1, 6, 5, 3, 2, 8, 1, 20, 9, 6, 22, 19, 4, 1, 6, 3]]
BINARY = [int(v > 5) for v in AMOUNT]
KINDS = ["low" if v < 4 else "high" if v > 8 else "mid" for v in AMOUNT]
TEXTS = [
    "The quick brown fox, the lazy dog.",
    "A dog's life: the dog sleeps; the fox runs",
    "",
    "Straße über ÄRGER und Ärger_2 x yz",
    "fox fox fox dog",
    "12 345 6 the_fox",
]
UNSEEN = ["THE FOX and the cat", "nothing known", "", "dog"]


def rows(matrix):
    """NaN becomes null: JSON has no NaN."""
    dense = matrix.toarray() if hasattr(matrix, "toarray") else np.asarray(matrix)
    return [[None if isinstance(v, float) and np.isnan(v) else v for v in row] for row in dense.astype(float).tolist()]


def target_encoder(X, y, **params):
    """What it gives to rows of later; folds play no part in that."""
    return rows(TargetEncoder(**params).fit(X, y).transform(X))


def tfidf(**params):
    vectorizer = TfidfVectorizer(**params)
    return {
        "matrix": rows(vectorizer.fit_transform(TEXTS)),
        "terms": vectorizer.get_feature_names_out().tolist(),
        "unseen": rows(vectorizer.transform(UNSEEN)),
    }


def main():
    warnings.simplefilter("error")
    X = np.array([COLOURS, SHOPS], dtype=object).T
    expected = {
        "scikit_learn": sklearn.__version__,
        "numbers": rows(NUMBERS),
        "min_max": rows(MinMaxScaler().fit_transform(NUMBERS)),
        "min_max_range": rows(MinMaxScaler(feature_range=(-1, 3)).fit_transform(NUMBERS)),
        "robust": rows(RobustScaler().fit_transform(NUMBERS)),
        "robust_wide": rows(RobustScaler(quantile_range=(10, 80), with_centering=False).fit_transform(NUMBERS)),
        "indicator": rows(SimpleImputer(strategy="median", add_indicator=True).fit_transform(NUMBERS)),
        "positive": rows(POSITIVE),
        "log1p": rows(FunctionTransformer(np.log1p).fit_transform(POSITIVE)),
        "words": WORDS.tolist(),
        "ordinal": rows(OrdinalEncoder().fit_transform(WORDS)),
        "colours": COLOURS,
        "shops": SHOPS,
        "amount": AMOUNT,
        "binary": BINARY,
        "kinds": KINDS,
        "target_continuous": target_encoder(X, AMOUNT, target_type="continuous"),
        "target_smooth": target_encoder(X, AMOUNT, target_type="continuous", smooth=2.5),
        "target_raw": target_encoder(X, AMOUNT, target_type="continuous", smooth=0),
        "target_binary": target_encoder(X, BINARY),
        "target_multiclass": target_encoder(X, KINDS),
        "texts": TEXTS,
        "unseen": UNSEEN,
        "tfidf": tfidf(),
        "tfidf_pairs": tfidf(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        "tfidf_bare": tfidf(norm=None, smooth_idf=False, lowercase=False, max_df=0.5, max_features=3),
        "tfidf_phrases": tfidf(use_idf=False, norm="l1", ngram_range=(2, 3)),
    }
    text = json.dumps(expected, ensure_ascii=False)
    (HERE / "transformers.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
