"""Ask a service that speaks the Open Inference Protocol with Triton's client: python3 triton-infer.py HOST:PORT MODEL

Reads from stdin, as JSON, the rows to infer; a key that is null in a row is a missing value, and an input whose value is
null in every row is left out. Prints, as JSON, what the client understood. Needs the PyPI package "tritonclient[http]".
"""

import json
import sys

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException, np_to_triton_dtype, triton_to_np_dtype


def main(address: str, model: str) -> None:
    rows = json.load(sys.stdin)
    with triton.InferenceServerClient(address) as client:
        metadata = client.get_model_metadata(model)
        version = metadata["versions"][0]
        inputs = tensors(rows, metadata["inputs"])
        outputs = metadata["outputs"]
        has_nan = any(array.dtype.kind == "f" and np.isnan(array).any() for _, array in inputs)
        answers = {"binary": answer(client.infer(model, request(inputs, True), request_id="42"), outputs)}
        answers["version"] = answer(client.infer(model, request(inputs, True), model_version=version), outputs)
        answers["asynchronous"] = answer(client.async_infer(model, request(inputs, True)).get_result(), outputs)
        # JSON has no NaN.
        if not has_nan:
            asked = [triton.InferRequestedOutput(output["name"], binary_data=False) for output in outputs]
            answers["json"] = answer(client.infer(model, request(inputs, False), outputs=asked), outputs)
        if all(array.dtype.kind == "f" for _, array in inputs):
            matrix = np.stack([array for _, array in inputs], axis=1)
            answers["matrix"] = answer(client.infer(model, request([("input-0", matrix)], True)), outputs)
        report = {
            "live": client.is_server_live(),
            "ready": client.is_server_ready(),
            "modelReady": client.is_model_ready(model),
            "versionReady": client.is_model_ready(model, version),
            "otherModelReady": client.is_model_ready("other"),
            "otherVersionReady": client.is_model_ready(model, "99"),
            "server": client.get_server_metadata(),
            "model": metadata,
            "answers": answers,
            "errors": {
                "otherModel": error(lambda: client.get_model_metadata("other")),
                "config": error(lambda: client.get_model_config(model)),
                "wrongInput": error(lambda: client.infer(model, request([("wrong", np.zeros(2, np.float32))], True))),
                "wrongOutput": error(
                    lambda: client.infer(
                        model, request(inputs, True), outputs=[triton.InferRequestedOutput("wrong")]
                    )
                ),
                "gzip": error(
                    lambda: client.infer(model, request(inputs, True), request_compression_algorithm="gzip")
                ),
            },
        }
    json.dump(report, sys.stdout)


def tensors(rows, described):
    """Arrays of n_rows by name, of the datatypes that the metadata name, or of floats where a boolean is missing."""
    named = []
    for tensor in described:
        values = [row.get(tensor["name"]) for row in rows]
        if all(value is None for value in values):
            continue
        dtype = triton_to_np_dtype(tensor["datatype"])
        missing = any(value is None for value in values)
        if dtype is np.object_:
            named.append((tensor["name"], np.array(["" if value is None else value for value in values], dtype)))
        else:
            floats = np.array([np.nan if value is None else value for value in values], np.float32)
            named.append((tensor["name"], floats if missing else floats.astype(dtype)))
    return named


def request(named, binary):
    inputs = []
    for name, array in named:
        tensor = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
        inputs.append(tensor.set_data_from_numpy(array, binary_data=binary))
    return inputs


def answer(result, outputs):
    named = {}
    for output in outputs:
        array = result.as_numpy(output["name"])
        texts = array.dtype == np.object_
        named[output["name"]] = {
            "dtype": str(array.dtype),
            "values": [text(value) for value in array] if texts else array.tolist(),
        }
    return {"id": result.get_response().get("id"), "outputs": named}


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def error(ask):
    try:
        ask()
    except InferenceServerException as exception:
        return {"status": exception.status(), "message": exception.message()}
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
