"""The process that one sample is measured in: module, variant and size in, JSON out."""

import sys

from benchmarks.measure import UNMEASURABLE, Case, Unmeasurable, as_json, here

if __name__ == "__main__":
    module, variant, size = sys.argv[1:]
    try:
        print(as_json(here(module, Case(variant, int(size)))))
    except Unmeasurable as missing:
        print(missing)
        sys.exit(UNMEASURABLE)
