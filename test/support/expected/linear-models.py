"""Write linear-models.json: what scikit-learn makes of iris and of a small regression problem.

python3 -m venv /tmp/venv && /tmp/venv/bin/pip install scikit-learn==1.9.1
/tmp/venv/bin/python test/support/expected/linear-models.py
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

HERE = pathlib.Path(__file__).parent


def float32(X):
    return X.astype(np.float32).astype(np.float64)


def classifier(X, y, **params):
    model = LogisticRegression(tol=1e-10, max_iter=100_000, **params).fit(X, y)
    return {
        "coef": model.coef_.tolist(),
        "intercept": model.intercept_.tolist(),
        "probabilities": model.predict_proba(X[::15]).tolist(),
    }


def regressor(model, X, y):
    model.fit(X, y)
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
        },
        "linear_regression": {
            "plain": regressor(LinearRegression(), D, diabetes.target),
            "no_intercept": regressor(LinearRegression(fit_intercept=False), D, diabetes.target),
            "deficient": regressor(LinearRegression(), deficient, diabetes.target),
            "wide": regressor(LinearRegression(), D[::60], diabetes.target[::60]),
        },
        "ridge": {
            "alpha_1": regressor(Ridge(alpha=1), D, diabetes.target),
            "alpha_1000": regressor(Ridge(alpha=1000), D, diabetes.target),
            "no_intercept": regressor(Ridge(alpha=1, fit_intercept=False), D, diabetes.target),
            "deficient": regressor(Ridge(alpha=1), deficient, diabetes.target),
        },
    }
    (HERE / "linear-models.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()
