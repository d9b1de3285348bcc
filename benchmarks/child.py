"""The process that one sample is measured in: module, variant and size in, JSON out."""

import sys

from benchmarks.measure import Case, as_json, here

if __name__ == "__main__":
    module, variant, size = sys.argv[1:]
    print(as_json(here(module, Case(variant, int(size)))))
