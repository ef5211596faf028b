"""The trained model as one ONNX graph: raw features in, label and probabilities (or a prediction) out."""

import json

import onnx
from sklearn.pipeline import make_pipeline
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType

from source.model.train import Preprocessor, get_classes


def to_onnx(preprocessor: Preprocessor, model, spec: dict) -> onnx.ModelProto:
    """Convert the preprocessing and the model together; spec is what features.yaml says."""
    is_classifier = spec["task"] == "classification"
    graph = convert_sklearn(
        make_pipeline(preprocessor.transformer, model),
        name=type(model).__name__,
        initial_types=[(feature["name"], tensor_type(feature)) for feature in spec["features"]],
        # Probabilities as a tensor rather than as a list of dictionaries.
        options={id(model): {"zipmap": False}} if is_classifier else None,
    )
    described = {"estimator": type(model).__name__, "params": json.dumps(model.get_params(), default=str)}
    if is_classifier:
        described["classes"] = json.dumps(get_classes(model))
    onnx.helper.set_model_props(graph, described)
    return graph


def tensor_type(feature: dict):
    """How a feature arrives: text as text, everything else as a number."""
    return (StringTensorType if feature["type"] in ("category", "string") else FloatTensorType)([None, 1])
