"""Expected values of core/model/cross-validate.ts: python cross-validation.py > cross-validation.json.

Rows are given in order of time, the last quarter held out; scikit-learn cross-validates the others.
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GroupKFold, TimeSeriesSplit, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(5)
n, learned = 40, 30
X = rng.normal(size=(n, 2)).astype(np.float32).astype(float)
y = (X @ [2, -1] + 3 + rng.normal(size=n)).round(3)
model = make_pipeline(StandardScaler(), LinearRegression())
# Of different sizes among the rows that are learned from, so that no two groups are interchangeable.
groups = np.array([0] * 9 + [1] * 7 + [2] * 6 + [3] * 4 + [4] * 3 + [5] * 1 + [6] * 10)


def scores(cv, groups=None):
    found = cross_validate(
        model,
        X[:learned],
        y[:learned],
        groups=groups,
        cv=cv,
        scoring={"r2": "r2", "rmse": "neg_root_mean_squared_error", "mae": "neg_mean_absolute_error"},
    )
    return {
        name: {
            "mean": abs(found[f"test_{name}"]).mean() if name != "r2" else found["test_r2"].mean(),
            "std": found[f"test_{name}"].std(),
            "scores": (found["test_r2"] if name == "r2" else -found[f"test_{name}"]).tolist(),
        }
        for name in ["r2", "rmse", "mae"]
    }


json.dump(
    {
        "made_by": f"cross-validation.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "x": X[:, 0].tolist(),
        "z": X[:, 1].tolist(),
        "y": y.tolist(),
        "groups": groups.tolist(),
        "time": scores(TimeSeriesSplit(4)),
        "group": scores(GroupKFold(3), groups[:learned]),
    },
    sys.stdout,
)
