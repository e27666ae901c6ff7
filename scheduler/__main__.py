"""python -m scheduler: the science without a server."""

import os

PARENT = os.getppid()  # before the slow imports, for --while-parent-lives

import sys  # noqa: E402

from .cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], parent=PARENT))
