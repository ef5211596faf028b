"""The usual way to serve a scikit-learn model: FastAPI, uvicorn, pandas and a pickle.

MODEL=frame.pkl uvicorn fastapi_iris:app
"""

import os
import pickle

import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel


class Row(BaseModel):
    sepal_length: float
    sepal_width: float
    petal_length: float
    petal_width: float


class Prediction(BaseModel):
    class_name: str


class ProbaPrediction(BaseModel):
    class_names: list[str]
    probabilities: list[float]


with open(os.environ["MODEL"], "rb") as file:
    model = pickle.load(file)
classes = [str(label) for label in model.classes_]
app = FastAPI()


def frame(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame([row.model_dump() for row in rows])


@app.post("/api/predictions", response_model=list[Prediction])
def predict(rows: list[Row]):
    return [{"class_name": str(label)} for label in model.predict(frame(rows))]


@app.post("/api/proba_predictions", response_model=list[ProbaPrediction])
def predict_proba(rows: list[Row]):
    probabilities = model.predict_proba(frame(rows)).tolist()
    return [{"class_names": classes, "probabilities": row} for row in probabilities]
