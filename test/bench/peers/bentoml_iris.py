"""Iris as a BentoML service: one worker a core, requests batched adaptively, no access log.

MODEL=array.pkl bentoml serve bentoml_iris:Iris
"""

import os
import pickle

import bentoml
import numpy as np


@bentoml.service(workers="cpu_count", logging={"access": {"enabled": False}})
class Iris:
    def __init__(self) -> None:
        with open(os.environ["MODEL"], "rb") as file:
            self.model = pickle.load(file)

    # A batch is counted in rows: this is 32 requests of 100. With the default of 100 there would be no batching of those.
    @bentoml.api(batchable=True, max_batch_size=3200)
    def predict_proba(self, rows: np.ndarray) -> np.ndarray:
        return self.model.predict_proba(rows)
