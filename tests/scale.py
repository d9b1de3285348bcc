"""How much the longest tests do: a part of it, so that all tests take minutes, or all of it."""

import os

# make test FULL=1
IS_FULL = os.environ.get("SNAPKEEP_TESTS") == "full"
