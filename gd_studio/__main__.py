"""``python -m gd_studio``: the same as the command ``gd-studio``."""

import sys

from gd_studio.cli import main

if __name__ == "__main__":
    sys.exit(main())
