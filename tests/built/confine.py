"""Starts a command with as little as Lambda gives it: so much memory, and no way to write code.

python confine.py BYTES COMMAND...
"""

import ctypes
import os
import resource
import sys

# <linux/prctl.h>, <linux/capability.h>
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1


def main(size: int, command: list[str]) -> None:
    """Become the command."""
    # Address space is more than the memory that Lambda counts, and so the stricter limit.
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    # Permissions hold for root only without this; Lambda's user is none.
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0):
        sys.exit("cannot give up writing where nothing is to be written")
    os.execv(command[0], command)  # noqa: S606  the point of this script


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
