"""Expected values of core/learn/split/folds.ts: python folds.py > folds.json (scikit-learn 1.9.1, numpy 2.4.6)."""

import json
import sys

import numpy as np
import sklearn
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit

rng = np.random.default_rng(11)


def stratified(n, k, folds):
    classes = rng.choice(k, n, p=np.arange(1, k + 1) / np.arange(1, k + 1).sum())
    splits = StratifiedKFold(folds, shuffle=True, random_state=0).split(np.zeros(n), classes)
    counts = [np.bincount(classes[test], minlength=k).tolist() for _, test in splits]
    return {"classes": classes.tolist(), "folds": folds, "class_counts": counts}


def plain(n, folds):
    return {"rows": n, "folds": folds, "sizes": [len(test) for _, test in KFold(folds).split(np.zeros(n))]}


def grouped(folds):
    sizes = rng.choice(np.arange(1, 40), 12, replace=False)
    groups = rng.permutation(np.repeat(np.arange(12), sizes))
    tests = [test.tolist() for _, test in GroupKFold(folds).split(np.zeros(len(groups)), groups=groups)]
    return {"groups": groups.tolist(), "folds": folds, "tests": tests}


def timed(n, folds):
    times = rng.permutation(n)
    order = np.argsort(times)
    splits = TimeSeriesSplit(folds).split(np.zeros(n))
    return {
        "times": times.tolist(),
        "folds": folds,
        "splits": [[sorted(order[part].tolist()) for part in split] for split in splits],
    }


json.dump(
    {
        "made_by": f"folds.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "stratified": [stratified(57, 3, 5), stratified(40, 2, 3), stratified(31, 4, 2)],
        "plain": [plain(23, 5), plain(10, 10)],
        "grouped": [grouped(3), grouped(5)],
        "timed": [timed(23, 4), timed(12, 2)],
    },
    sys.stdout,
)
