"""Expected values of test/core/learn/ensemble/hist-gradient-boosting.test.ts, from scikit-learn 1.9.1: python boosting.py

The rows are those of `waves(500)` there. Of a loss, the first predictions of 20 trees, or, where many splits are equally
good, the mean pinball loss.
No column has more than 255 values, so that bins are the same.
"""

import json

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import mean_pinball_loss

n = 500
row = np.arange(n)
X = np.c_[(row * 37) % n // 2, (row * 101) % 89, (row * 53) % 97].astype(np.float64)
y = 2 + np.sin(12 * X[:, 0] / n) + (X[:, 1] / 89) ** 2

expected = {}
for loss in ["squared_error", "poisson", "gamma"]:
    model = HistGradientBoostingRegressor(loss=loss, max_iter=20).fit(X, y)
    expected[loss] = model.predict(X)[:20].tolist()
for loss, share in [("absolute_error", 0.5), ("quantile", 0.8)]:
    quantile = share if loss == "quantile" else None
    model = HistGradientBoostingRegressor(loss=loss, quantile=quantile, max_iter=20).fit(X, y)
    expected[loss] = mean_pinball_loss(y, model.predict(X), alpha=share)
labels = np.digitize(y, [2, 2.8])
classifier = HistGradientBoostingClassifier(max_iter=20, l2_regularization=1).fit(X, labels)
expected["log_loss"] = classifier.predict_proba(X[:10]).ravel().tolist()
print(json.dumps(expected, indent=2))
