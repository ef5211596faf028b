"""Expected values of core/learn/metrics: python metrics.py > metrics.json (scikit-learn 1.9.1, numpy 2.4.6)."""

import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.calibration import calibration_curve

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)


def classification(classes, n, decimals, seen=None, blind=None):
    """Probabilities on a coarse grid, so that scores tie; `blind` is a class that is never predicted."""
    k = len(classes)
    truth = rng.choice(seen if seen is not None else k, n)
    raw = rng.random((n, k)) + 0.8 * np.eye(k)[truth]
    if blind is not None:
        raw[:, blind] = 0.1
    proba = np.round(raw / raw.sum(axis=1, keepdims=True), decimals)
    proba[:, -1] = 1 - proba[:, :-1].sum(axis=1)
    proba = proba.astype(np.float32)
    predicted = proba.argmax(axis=1)
    macro = {"average": "macro", "zero_division": 0}
    expected = {
        "accuracy": metrics.accuracy_score(truth, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
        "precision_macro": metrics.precision_score(truth, predicted, **macro),
        "recall_macro": metrics.recall_score(truth, predicted, **macro),
        "f1_macro": metrics.f1_score(truth, predicted, **macro),
        "log_loss": metrics.log_loss(truth, proba, labels=range(k)),
    }
    if len(set(truth)) == k:
        score = proba[:, 1] if k == 2 else proba
        expected["roc_auc"] = metrics.roc_auc_score(truth, score, multi_class="ovr", labels=range(k))
        expected["average_precision"] = metrics.average_precision_score(truth, score, average="macro")
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        truth, predicted, labels=range(k), zero_division=0
    )
    return {
        "classes": classes,
        "truth": [classes[code] for code in truth],
        "labels": [classes[code] for code in predicted],
        "probabilities": proba.astype(float).ravel().tolist(),
        "metrics": expected,
        "confusion": metrics.confusion_matrix(truth, predicted, labels=range(k)).tolist(),
        "class_scores": [
            dict(label=classes[i], precision=precision[i], recall=recall[i], f1=f1[i], support=int(support[i]))
            for i in range(k)
        ],
    }


def regression(n):
    truth = np.round(rng.normal(50, 10, n), 3)
    predicted = (truth + rng.normal(0, 4, n)).astype(np.float32).astype(float)
    return {
        "truth": truth.tolist(),
        "predictions": predicted.tolist(),
        "metrics": {
            "r2": metrics.r2_score(truth, predicted),
            "rmse": metrics.root_mean_squared_error(truth, predicted),
            "mae": metrics.mean_absolute_error(truth, predicted),
            "median_absolute_error": metrics.median_absolute_error(truth, predicted),
            "max_error": metrics.max_error(truth, predicted),
        },
    }


def curves(n):
    positive = rng.random(n) < 0.4
    scores = np.clip(np.round(rng.random(n) * 0.7 + positive * 0.25, 2), 0, 1).astype(np.float32).astype(float)
    fpr, tpr, _ = metrics.roc_curve(positive, scores, drop_intermediate=False)
    precision, recall, _ = metrics.precision_recall_curve(positive, scores)
    share, mean = calibration_curve(positive, scores, n_bins=10)
    return {
        "positive": positive.tolist(),
        "scores": scores.tolist(),
        "roc": {"false_positive_rate": fpr.tolist(), "true_positive_rate": tpr.tolist()},
        "auc": metrics.roc_auc_score(positive, scores),
        "precision_recall": {"recall": recall[::-1].tolist(), "precision": precision[::-1].tolist()},
        "average_precision": metrics.average_precision_score(positive, scores),
        "calibration": {"mean_score": mean.tolist(), "positive_share": share.tolist()},
    }


json.dump(
    {
        "made_by": f"metrics.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "classification": {
            "two classes": classification(["no", "yes"], 40, 1),
            "three classes with tied scores": classification(["a", "b", "c"], 60, 1),
            "a class that is never predicted": classification(["a", "b", "c", "d"], 50, 2, blind=1),
            "a class that is true of no row": classification(["a", "b", "c"], 30, 2, seen=[0, 1]),
        },
        "regression": {"an odd number of rows": regression(25), "an even number of rows": regression(30)},
        "curves": curves(60),
    },
    sys.stdout,
    indent=1,
)
