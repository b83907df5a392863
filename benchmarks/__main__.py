"""Print the ratios as a table, or with ``--json`` as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from typing import Any

import numpy as np

from benchmarks import curvature, going_back, startup, tables, training
from benchmarks.bare import LOOPS
from gd_studio.desktop.app import create_application

_GOALS = {"linear-regression": 1.1, "circle-perceptron": 1.1}


def main() -> None:
    # A window nobody has used; and what it remembers is not the user's.
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        _main()


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--pairs", type=int, default=5, help="turns of each pair (default 5)")
    options = parser.parse_args()
    results = measure(options.pairs)
    print(json.dumps(results, indent=2) if options.json else table(results))


def measure(pairs: int) -> dict[str, Any]:
    """Measure everything; times in seconds, delays in milliseconds."""
    starts = startup.measure(pairs)
    results: dict[str, Any] = {
        "machine": platform.platform(),
        "pairs": pairs,
        "startup": {
            "window": [pair.window for pair in starts],
            "import torch": [pair.torch for pair in starts],
            "ratio": float(np.median([pair.window / pair.torch for pair in starts])),
        },
        "training": {},
    }
    application = create_application()
    for example in LOOPS:
        turns = training.measure(application, example, pairs)
        delays = np.concatenate([turn.delays for turn in turns])
        results["training"][example] = {
            "app": [turn.app for turn in turns],
            "bare": [turn.bare for turn in turns],
            "ratio": float(np.median([turn.app / turn.bare for turn in turns])),
            "delay p50": float(np.percentile(delays, 50)),
            "delay p99": float(np.percentile(delays, 99)),
            "delay max": float(delays.max()),
        }
    reading = tables.measure(application)
    results["table"] = {
        "rows": tables.ROWS,
        "seconds": reading.seconds,
        "delay p99": float(np.percentile(reading.delays, 99)),
        "delay max": float(reading.delays.max()),
    }
    results["going back"] = [
        {
            "steps": jumps.steps,
            "median": float(np.median(jumps.seconds)),
            "max": float(jumps.seconds.max()),
            "snapshot bytes": jumps.snapshot_bytes,
            "bound": jumps.bound,
        }
        for jumps in going_back.measure()
    ]
    results["curvature"] = {
        example: {
            "measured": [turn.measured for turn in turns],
            "alone": [turn.alone for turn in turns],
            "points": [turn.points for turn in turns],
            "ratio": float(np.median([turn.measured / turn.alone for turn in turns])),
        }
        for example in curvature.EXAMPLES
        for turns in [curvature.measure(example, pairs)]
    }
    return results


def table(results: dict[str, Any]) -> str:
    """The medians, each beside the goal."""
    startup_ = results["startup"]
    lines = [
        f"{results['machine']}; medians of {results['pairs']} alternating pairs",
        "",
        f"first painted window / import torch   {startup_['ratio']:.2f}   (goal: at most 0.6)   "
        f"{np.median(startup_['window']):.2f} s / {np.median(startup_['import torch']):.2f} s",
    ]
    for example, found in results["training"].items():
        lines += [
            f"{example}: window / bare loop   {found['ratio']:.2f}   "
            f"(goal: at least {_GOALS.get(example, 1.0)})   "
            f"{np.median(found['app']):,.0f} / {np.median(found['bare']):,.0f} steps/s",
            f"{example}: event loop delay   p50 {found['delay p50']:.1f} ms, "
            f"p99 {found['delay p99']:.1f} ms (goal: at most 16.7), "
            f"max {found['delay max']:.1f} ms",
        ]
    reading = results["table"]
    lines.append(
        f"a table of {reading['rows']:,} rows read in {reading['seconds']:.1f} s: event loop delay "
        f"p99 {reading['delay p99']:.1f} ms (goal: at most 50), max {reading['delay max']:.1f} ms"
    )
    lines += [
        f"going to any of {jumps['steps']:,} steps   median {1000 * jumps['median']:.0f} ms, "
        f"max {1000 * jumps['max']:.0f} ms (goal: at most 200 under the usual bound); snapshots "
        f"{jumps['snapshot bytes'] / 1e6:.1f} of {jumps['bound'] / 1e6:.0f} MB"
        for jumps in results["going back"]
    ]
    lines += [
        f"{example}: cost of curvature   {found['ratio']:.2f} of the rate without (goal: at least "
        f"0.9)   {np.median(found['measured']):,.0f} / {np.median(found['alone']):,.0f} steps/s, "
        f"{np.median(found['points']):.0f} points a run"
        for example, found in results["curvature"].items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
