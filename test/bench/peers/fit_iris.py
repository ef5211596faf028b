"""Fits iris as templates/iris does, for the peers: python fit_iris.py training.csv frame.pkl array.pkl

The first model expects a DataFrame, the second an array of numbers; what a model does not expect it warns of on every request.
"""

import pickle
import sys

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

data_path, frame_path, array_path = sys.argv[1:]
data = pd.read_csv(data_path)
X, y = data.drop("species", axis=1), data["species"]
for features, path in ((X, frame_path), (X.to_numpy(), array_path)):
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1)).fit(features, y)
    with open(path, "wb") as file:
        pickle.dump(model, file)
