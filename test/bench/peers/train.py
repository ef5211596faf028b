"""The peers of bench:train. A process fits one model once, and prints what that took as JSON.

fit <model> <folder> <threads>   fits on the folder's rows, scores the held-out ones
sets <folder>                    writes scikit-learn's own data sets with their folds, and scores its models on them
"""

import json
import os
import sys
import time

import numpy as np
from sklearn import datasets, ensemble, linear_model, model_selection, pipeline, preprocessing


def boosting(threads):
    return ensemble.HistGradientBoostingClassifier(
        max_iter=100, max_depth=6, max_leaf_nodes=None, learning_rate=0.1, early_stopping=False
    )


def xgboost(threads):
    import xgboost as xgb

    return xgb.XGBClassifier(
        n_estimators=100, max_depth=6, learning_rate=0.1, tree_method="hist", n_jobs=threads
    )


def forest(threads):
    return ensemble.RandomForestClassifier(n_jobs=threads, random_state=0)


def logistic(threads):
    return linear_model.LogisticRegression(max_iter=1000)


MODELS = {"scikit-learn boosting": boosting, "XGBoost": xgboost, "scikit-learn forest": forest, "scikit-learn logistic": logistic}


def memory_mb(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(key)) / 1024


def read(folder, part, columns):
    X = np.fromfile(os.path.join(folder, part + ".f64"), np.float64).reshape(-1, columns)
    return X, np.fromfile(os.path.join(folder, part + ".u8"), np.uint8).astype(np.int32)


def fit(name, folder, threads):
    from sklearn.metrics import roc_auc_score
    from threadpoolctl import threadpool_limits

    X, y = read(folder, "train", 28)
    Xt, yt = read(folder, "test", 28)
    model = MODELS[name](threads)
    model.fit(X[:1000], y[:1000])  # loads and compiles what it needs
    before = memory_mb("VmRSS")
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    with threadpool_limits(threads):
        wall, cpu = time.perf_counter(), time.process_time()
        model.fit(X, y)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = memory_mb("VmHWM")
    auc = roc_auc_score(yt, model.predict_proba(Xt)[:, 1])
    print(json.dumps({"seconds": wall, "cpuSeconds": cpu, "peakMb": peak, "fitMb": peak - before, "auc": auc}))


def data_sets():
    linnerud = datasets.load_linnerud()
    yield "iris", *datasets.load_iris(return_X_y=True), True
    yield "wine", *datasets.load_wine(return_X_y=True), True
    yield "digits", *datasets.load_digits(return_X_y=True), True
    yield "breast_cancer", *datasets.load_breast_cancer(return_X_y=True), True
    yield "diabetes", *datasets.load_diabetes(return_X_y=True), False
    for index, target in enumerate(linnerud.target_names):
        yield f"linnerud {target}", linnerud.data, linnerud.target[:, index], False


def peer_models(is_classes):
    if is_classes:
        yield "boosting", ensemble.HistGradientBoostingClassifier(random_state=0)
        yield "forest", ensemble.RandomForestClassifier(random_state=0)
        yield "linear", pipeline.make_pipeline(
            preprocessing.StandardScaler(), linear_model.LogisticRegression(max_iter=1000)
        )
    else:
        yield "boosting", ensemble.HistGradientBoostingRegressor(random_state=0)
        yield "forest", ensemble.RandomForestRegressor(random_state=0)
        yield "linear", pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge())


def sets(folder):
    for name, X, y, is_classes in data_sets():
        X = X.astype(np.float32).astype(np.float64)
        n_splits = 5 if len(y) > 100 else 4
        kind = model_selection.RepeatedStratifiedKFold if is_classes else model_selection.RepeatedKFold
        folds = list(kind(n_splits=n_splits, n_repeats=5, random_state=0).split(X, y))
        scores = {}
        for model_name, model in peer_models(is_classes):
            scores[model_name] = [fold_score(model, X, y, train, test, is_classes) for train, test in folds]
        with open(os.path.join(folder, name + ".json"), "w") as file:
            json.dump(
                {
                    "name": name,
                    "columns": X.shape[1],
                    "data": X.ravel().tolist(),
                    "target": y.tolist(),
                    "isClasses": is_classes,
                    "folds": [{"train": a.tolist(), "test": b.tolist()} for a, b in folds],
                    "scores": scores,
                },
                file,
            )


def fold_score(model, X, y, train, test, is_classes):
    """Accuracy, or the negative root of the mean squared error."""
    predicted = model.fit(X[train], y[train]).predict(X[test])
    if is_classes:
        return float(np.mean(predicted == y[test]))
    return -float(np.sqrt(np.mean((predicted - y[test]) ** 2)))


if __name__ == "__main__":
    if sys.argv[1] == "fit":
        fit(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        from threadpoolctl import threadpool_limits

        # Threads that wait for each other busily would take minutes where others use the machine.
        with threadpool_limits(1):
            sets(sys.argv[2])
