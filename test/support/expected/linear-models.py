"""Write linear-models.json: what scikit-learn makes of iris and of a small regression problem.

python3 -m venv /tmp/venv && /tmp/venv/bin/pip install scikit-learn==1.9.1
/tmp/venv/bin/python test/support/expected/linear-models.py
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge

HERE = pathlib.Path(__file__).parent


def float32(X):
    return X.astype(np.float32).astype(np.float64)


def classifier(X, y, sample_weight=None, **params):
    model = LogisticRegression(**{"tol": 1e-10, "max_iter": 100_000, **params})
    model.fit(X, y, sample_weight=sample_weight)
    # Of three classes the intercepts are defined up to a constant: saga's do not sum to 0.
    shift = model.intercept_.mean() if len(model.classes_) > 2 else 0
    model.intercept_ -= shift
    return {
        "coef": model.coef_.tolist(),
        "intercept": model.intercept_.tolist(),
        "probabilities": model.predict_proba(X[::15]).tolist(),
    }


def penalised(X, scaled, y):
    """Absolute coefficients in the penalty, and weights. saga only comes close to the optimum of scaled columns."""
    saga = {"solver": "saga", "tol": 1e-13, "max_iter": 1_000_000, "random_state": 0}
    one = (y == 1).astype(int)
    weights = np.arange(len(y)) % 4
    return {
        "l1": classifier(scaled, y, l1_ratio=1, **saga),
        "l1_strong": classifier(scaled, y, l1_ratio=1, C=0.1, **saga),
        "l1_binary": classifier(scaled, one, l1_ratio=1, C=0.3, **saga),
        "l1_no_intercept": classifier(scaled, y, l1_ratio=1, fit_intercept=False, **saga),
        "l1_weighted": classifier(scaled, y, l1_ratio=1, sample_weight=weights, **saga),
        "elasticnet": classifier(scaled, y, l1_ratio=0.4, C=0.5, **saga),
        "elasticnet_binary": classifier(scaled, one, l1_ratio=0.7, **saga),
        "weighted": classifier(X, y, sample_weight=weights),
        "balanced": classifier(X, one, class_weight="balanced", sample_weight=weights),
        "class_weight": classifier(X, y, class_weight={0: 2.5, 2: 0.25}),
    }


def regressor(model, X, y, sample_weight=None):
    model.fit(X, y, sample_weight=sample_weight)
    return {
        "coef": model.coef_.tolist(),
        "intercept": float(model.intercept_),
        "predictions": model.predict(X[::40]).tolist(),
    }


def main():
    iris = load_iris()
    X = float32(iris.data)
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    # Columns of very different size: the raw coefficients are penalised, so scaling must not change the answer.
    stretched = float32(iris.data * [1000, 1, 0.01, 1])
    binary = iris.target != 1
    diabetes = load_diabetes(scaled=False)
    D = float32(diabetes.data)
    # A column twice and one that is the sum of two others: no unique least squares solution.
    deficient = np.hstack([D, D[:, :1], D[:, 1:2] + D[:, 2:3]])
    weights = np.arange(len(D)) % 4
    tight = {"tol": 1e-14, "max_iter": 1_000_000}
    expected = {
        "scikit_learn": sklearn.__version__,
        "iris": iris.data.tolist(),
        "iris_target": iris.target.tolist(),
        "diabetes": diabetes.data.tolist(),
        "diabetes_target": diabetes.target.tolist(),
        "logistic_regression": {
            "raw": classifier(X, iris.target),
            "scaled": classifier(scaled, iris.target),
            "stretched": classifier(stretched, iris.target, solver="newton-cholesky"),
            "strong_penalty": classifier(X, iris.target, C=0.01),
            "no_intercept": classifier(X, iris.target, fit_intercept=False),
            "binary": classifier(X[binary], iris.target[binary]),
            # Versicolor or not: the classes overlap, so the optimum without a penalty is finite.
            "no_penalty": classifier(
                X, (iris.target == 1).astype(int), C=np.inf, solver="newton-cholesky"
            ),
            **penalised(X, scaled, iris.target),
        },
        "linear_regression": {
            "plain": regressor(LinearRegression(), D, diabetes.target),
            "no_intercept": regressor(LinearRegression(fit_intercept=False), D, diabetes.target),
            "deficient": regressor(LinearRegression(), deficient, diabetes.target),
            "weighted": regressor(LinearRegression(), D, diabetes.target, weights),
            "wide": regressor(LinearRegression(), D[::60], diabetes.target[::60]),
        },
        "ridge": {
            "alpha_1": regressor(Ridge(alpha=1), D, diabetes.target),
            "alpha_1000": regressor(Ridge(alpha=1000), D, diabetes.target),
            "no_intercept": regressor(Ridge(alpha=1, fit_intercept=False), D, diabetes.target),
            "deficient": regressor(Ridge(alpha=1), deficient, diabetes.target),
            "weighted": regressor(Ridge(alpha=1), D, diabetes.target, weights),
        },
        "lasso": {
            "alpha_1": regressor(Lasso(**tight), D, diabetes.target),
            "alpha_10": regressor(Lasso(alpha=10, **tight), D, diabetes.target),
            "no_intercept": regressor(Lasso(fit_intercept=False, **tight), D, diabetes.target),
            "weighted": regressor(Lasso(**tight), D, diabetes.target, weights),
            "wide": regressor(Lasso(**tight), D[::60], diabetes.target[::60]),
        },
        "elastic_net": {
            "plain": regressor(ElasticNet(**tight), D, diabetes.target),
            "mixed": regressor(
                ElasticNet(alpha=0.3, l1_ratio=0.8, **tight), D, diabetes.target
            ),
            "deficient": regressor(ElasticNet(**tight), deficient, diabetes.target),
        },
    }
    (HERE / "linear-models.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()
