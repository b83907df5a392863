"""Try broken and hostile inputs: ``make fuzz ARGS="--seed 7 --seconds 60"``."""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path

from tests.fuzz.campaign import Finding, Workers, run

KINDS = ("experiments", "formulas", "tables", "models", "assignments", "commands")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="how long (default 600)")
    parser.add_argument("--seed", type=int, help="the same inputs again (default: a new one)")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"), help="for what is found")
    parser.add_argument("--replay", type=Path, nargs="+", help="files that were found, once more")
    options = parser.parse_args()
    if options.replay:
        return replay(options.replay)
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    print(f"seed {seed}, {options.seconds:.0f} seconds", flush=True)
    tallies, findings = run(
        [module(kind) for kind in options.kinds], seed, options.seconds, options.out
    )
    print(f"{'':12}{'tried':>10}{'accepted':>10}{'refused':>10}{'findings':>10}")
    for kind, tally in tallies.items():
        numbers = (tally.accepted, tally.refused, tally.findings.total())
        name = kind.rpartition(".")[2]
        print(f"{name:12}{sum(numbers):10,}" + "".join(f"{number:10,}" for number in numbers))
    for finding in findings:
        print(f"\n{finding.cause}\n{finding.what.strip()[-2000:]}")
    if findings:
        print(f"\nThe inputs are in {options.out}, each with the command that tries it again.")
    return 1 if findings else 0


def replay(paths: list[Path]) -> int:
    status = 0
    with Workers() as workers:
        for path in paths:
            kind = path.name.partition("-")[0]
            found = workers.attempt(module(kind), "", path.read_bytes())
            print(f"{path}: {found.what if isinstance(found, Finding) else 'as it should be'}")
            status |= isinstance(found, Finding)
    return status


def module(kind: str) -> str:
    return f"tests.fuzz.kinds.{kind}"


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
