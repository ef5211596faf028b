import numpy as np
import pytest
from onnx.reference import ReferenceEvaluator
from sklearn.dummy import DummyClassifier

from source.data.data_loader import DataLoader
from source.model.export import to_onnx
from source.model.train import Preprocessor, get_classes, train_model

# Four fifths to learn from, one fifth that the model has never seen.
data = DataLoader().load_data()
n_train = len(data) * 4 // 5
preprocessor = Preprocessor()
train_X, train_y = preprocessor.split_xy(data[:n_train])
test_X, test_y = preprocessor.split_xy(data[n_train:])
preprocessor.fit_x(train_X)
preprocessor.fit_y(train_y)
X, y = preprocessor.process_x(train_X), preprocessor.process_y(train_y)
unseen_X, unseen_y = preprocessor.process_x(test_X), preprocessor.process_y(test_y)
model = train_model(X, y)


def test_train_model_beats_always_guessing_the_most_frequent_class():
    guess = DummyClassifier(strategy="most_frequent").fit(X, y)
    assert model.score(unseen_X, unseen_y) > guess.score(unseen_X, unseen_y)


def test_train_model_gives_probabilities_that_sum_to_1():
    assert model.predict_proba(unseen_X).sum(axis=1) == pytest.approx(np.ones(len(unseen_X)))


def test_to_onnx_answers_as_the_model_does():
    features = [{"name": name, "type": "number"} for name in test_X.columns]
    graph = to_onnx(preprocessor, model, {"task": "classification", "features": features})
    inputs = {name: test_X[[name]].to_numpy(dtype="float32") for name in test_X.columns}
    probabilities = ReferenceEvaluator(graph).run(["probabilities"], inputs)[0]
    assert probabilities == pytest.approx(model.predict_proba(unseen_X), abs=1e-5)


# Example
def test_get_classes_names_the_three_species():
    assert get_classes(model) == ["setosa", "versicolor", "virginica"]


# End Example
