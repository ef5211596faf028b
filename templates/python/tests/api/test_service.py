"""The service of this project, with the model in model_bin: `mlt serve` on a free port."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

requests = Path(__file__).parents[1] / "prediction"
example = json.loads((requests / "example_classification1.json").read_text())
batch = json.loads((requests / "batch_request.json").read_text())

# Whatever proxy there is, it does not lead to this machine.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module")
def url():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    service = subprocess.Popen(["mlt", "serve", "--port", str(port), "--workers", "1"])
    try:
        wait_until_ready(address, service)
        yield address
    finally:
        service.terminate()
        service.wait()


def wait_until_ready(address, service, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and service.poll() is None:
        try:
            opener.open(f"{address}/readyz").close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("mlt serve is not ready: train a model with mlt train first")


def post(address, path, rows):
    """Return the status and the answer."""
    request = urllib.request.Request(address + path, json.dumps(rows).encode(), {"content-type": "application/json"})
    try:
        with opener.open(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def test_predictions_are_one_class_a_row(url):
    status, answers = post(url, "/api/predictions", batch)
    assert (status, len(answers)) == (200, len(batch))


def test_probabilities_sum_to_1(url):
    status, answers = post(url, "/api/proba_predictions", example)
    assert status == 200
    for answer in answers:
        assert len(answer["probabilities"]) == len(answer["class_names"])
        assert sum(answer["probabilities"]) == pytest.approx(1)


def test_a_row_that_lacks_a_feature_is_refused(url):
    assert post(url, "/api/predictions", [{}])[0] == 422


# Example
def test_a_setosa_is_known(url):
    assert post(url, "/api/predictions", example) == (200, [{"class_name": "setosa"}])


# End Example
