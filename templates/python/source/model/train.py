"""The model: how features become numbers, and what learns from them."""

import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler


class Preprocessor:
    """Turns loaded rows into what the model learns from.

    Whatever it learns in fit_x and fit_y comes from the training rows alone.
    """

    def __init__(self) -> None:
        # All that process_x does to the features: it becomes part of model.onnx, and no Python runs in the service.
        # Example
        numbers = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
        self.transformer = ColumnTransformer([("numbers", StandardScaler(), numbers)])
        # End Example

    def split_xy(self, data: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
        """Separate the features (X) from what the model predicts (y)."""
        # Example
        return data.drop(columns="species"), data["species"]
        # End Example

    def fit_x(self, X: pd.DataFrame) -> None:
        """Learn what process_x needs."""
        self.transformer.fit(X)

    def process_x(self, X: pd.DataFrame):
        """Make numbers of the features."""
        return self.transformer.transform(X)

    def fit_y(self, y: pd.Series) -> None:
        """Learn what process_y needs: nothing here, the species are used as they are."""

    def process_y(self, y: pd.Series) -> pd.Series:
        """Make labels of the target."""
        return y


def train_model(X, y) -> BaseEstimator:
    """Return a fitted model; X and y come from the Preprocessor."""
    # Example
    return LogisticRegression(C=1.0).fit(X, y)
    # End Example


def get_classes(model: BaseEstimator) -> list:
    """Name the classes, in the order of the model's probabilities."""
    return model.classes_.tolist()
