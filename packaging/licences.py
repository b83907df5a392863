"""List what others have made of a frozen build, and put the licences beside the list.

    python packaging/licences.py FROZEN OUT

Run by the Python that the build was made with, since the licences come from its distributions.
FROZEN is the folder that PyInstaller made; THIRD-PARTY.md and licences/ are written into OUT. If
the list cannot be complete, what is missing is said and nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from third_party import listing
from third_party.distributions import Environment
from third_party.frozen import Frozen
from third_party.inventory import parts_of
from third_party.part import IncompleteError


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("frozen", type=Path, help="the folder that PyInstaller made")
    parser.add_argument("out", type=Path, help="where THIRD-PARTY.md and licences/ are written")
    arguments = parser.parse_args()
    try:
        parts = parts_of(Frozen.read(arguments.frozen), Environment(sys.path))
    except FileNotFoundError as error:
        parser.error(str(error))
    except IncompleteError as error:
        print("The list of what others have made is incomplete:", file=sys.stderr)
        print(*(f"  {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
        return 1
    listing.write(parts, arguments.out)
    print(f"{arguments.out / listing.DOCUMENT}: {len(parts)} parts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
