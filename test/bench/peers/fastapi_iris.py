"""The usual way to serve a scikit-learn model: FastAPI, uvicorn, pandas and a pickle; iris, as in templates/iris.

python fastapi_iris.py fit iris.csv model.pkl     fits and pickles
python fastapi_iris.py serve model.pkl PORT       serves
"""

import pickle
import sys

FEATURES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]


def fit(data_path: str, model_path: str) -> None:
    import pandas as pd
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    data = pd.read_csv(data_path)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(data[FEATURES], data["species"])
    with open(model_path, "wb") as file:
        pickle.dump(model, file)


def serve(model_path: str, port: int) -> None:
    import pandas as pd
    import uvicorn
    from fastapi import FastAPI
    from pydantic import BaseModel

    class Row(BaseModel):
        sepal_length: float
        sepal_width: float
        petal_length: float
        petal_width: float

    with open(model_path, "rb") as file:
        model = pickle.load(file)
    app = FastAPI()

    @app.post("/api/predictions")
    def predictions(rows: list[Row]):
        frame = pd.DataFrame([row.model_dump() for row in rows])
        return [{"class_name": label} for label in model.predict(frame)]

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    if sys.argv[1] == "fit":
        fit(sys.argv[2], sys.argv[3])
    else:
        serve(sys.argv[2], int(sys.argv[3]))
