"""Check ONNX files with the reference checker: python3 onnx-check.py model.onnx ...

Prints what is wrong with each file that fails; exits 1 when one does. Needs the PyPI package "onnx".
"""

import sys

import onnx


def main(paths: list[str]) -> int:
    failed = False
    for path in paths:
        try:
            onnx.checker.check_model(onnx.load(path), full_check=True)
        except Exception as error:  # the checker raises several unrelated kinds
            failed = True
            print(f"{path}: {error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
