"""Check objects of Kubernetes against its own schemas, which know no further keys.

Reads a JSON array of objects; the arguments are versions such as 1.33. Prints what is wrong with each that fails, and
exits 1 when one does. Needs the PyPI package "kubernetes-validate".
"""

import json
import sys

import kubernetes_validate


def main(versions: list[str]) -> int:
    failed = False
    for item in json.load(sys.stdin):
        for version in versions:
            try:
                used = kubernetes_validate.validate(item, version, strict=True)
                if used != version:
                    raise ValueError(f"there are no schemas of {version}")
            except Exception as error:  # the validator raises several unrelated kinds
                failed = True
                message = getattr(error, "message", str(error))
                where = ".".join(str(part) for part in getattr(error, "path", []))
                print(f'{version} {item["kind"]} {item["metadata"]["name"]} {where}: {message}')
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
