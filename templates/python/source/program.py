"""What `mlt train` runs, by train.command in config.yaml.

`load` brings all rows. `train` learns from those that mlt does not hold out, and writes the model as ONNX.
Variables say which files: see "Training with another program" among the pages of mlt.
"""

import json
import os
import sys

import pandas as pd


def load() -> None:
    from source.data.data_loader import DataLoader

    n_rows = os.environ.get("MLT_N_ROWS")
    data = DataLoader().load_data(None if n_rows is None else int(n_rows))
    data.to_parquet(os.environ["MLT_OUTPUT"], index=False)


def train() -> None:
    import numpy as np

    from source.model.export import to_onnx
    from source.model.train import Preprocessor, train_model

    with open(os.environ["MLT_FEATURES"], encoding="utf-8") as file:
        spec = json.load(file)
    # What draws lots in scikit-learn draws from here, unless it has a random_state of its own.
    np.random.seed(int(os.environ["MLT_SEED"]))
    preprocessor = Preprocessor()
    X, y = preprocessor.split_xy(as_served(pd.read_parquet(os.environ["MLT_INPUT"]), spec))
    preprocessor.fit_x(X)
    preprocessor.fit_y(y)
    model = train_model(preprocessor.process_x(X), preprocessor.process_y(y))
    with open(os.environ["MLT_OUTPUT"], "wb") as file:
        file.write(to_onnx(preprocessor, model, spec).SerializeToString())


def as_served(data: pd.DataFrame, spec: dict) -> pd.DataFrame:
    """Make the features what a request brings: numbers of 32 bits, a missing one NaN, and a missing text empty."""
    served = {}
    for feature in spec["features"]:
        column = data[feature["name"]]
        if feature["type"] in ("category", "string"):
            served[feature["name"]] = column.astype(object).where(column.notna(), "")
        else:
            # In 64 bits a threshold could fall between a number of the data and that of the request.
            served[feature["name"]] = column.astype("float32").astype("float64")
    return data.assign(**served)


if __name__ == "__main__":
    {"load": load, "train": train}[sys.argv[1]]()
