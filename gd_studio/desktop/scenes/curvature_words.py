"""What a plot of the curvature says of itself: what is measured, and where its limit is from."""

from __future__ import annotations

from gd_studio.catalog.stability import stability_limit
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.recording import Run
from gd_studio.recording.measuring import Measuring
from gd_studio.recording.sharpness import Sharpness


def caption(run: Run, measuring: Measuring) -> str:
    """Return the sentences about the step of a run that is looked at."""
    sharpness = measuring.sharpness
    sentences = [_limit(run, sharpness)]
    if run.experiment.schedule.settings.get("cycle_momentum"):
        sentences.append("The momentum is taken as it was chosen; the schedule moves it.")
    if sharpness.samples < sharpness.n_samples:
        sentences.append(f"On {sharpness.samples:,} of {sharpness.n_samples:,} samples.")
    if sharpness.n_starts > 1:
        sentences.append(f"Of the first of {sharpness.n_starts:,} starts.")
    if measuring.problem:
        sentences.append(f"Nothing more is measured: {measuring.problem}.")
    return " ".join(sentences)


def _limit(run: Run, sharpness: Sharpness) -> str:
    optimizer = run.experiment.at(run.step_shown).optimizer
    limit = sharpness.limit(run.experiment, run.step_shown)
    if limit is None:
        known = stability_limit(optimizer.key, optimizer.settings, 1.0)
        if known is None or not known.is_preconditioned:
            return f"λmax of the Hessian H. {optimizer.entry.label} has no such limit."
        assert run.recording is not None
        return (
            f"λmax of the Hessian H. The limit of {optimizer.entry.label} is one for H divided by "
            "what it remembers, which is not recorded for "
            f"{run.recording.layout.size:,} parameters."
        )
    of = "H"
    if limit.is_preconditioned:
        hessian = f"(H + {write_number(limit.shift)} I)" if limit.shift else "H"
        of = f"the preconditioned P^(−½) {hessian} P^(−½)"
    value = write_number(limit.limit)
    return f"λmax of {of}; stable below {limit.formula} = {value} ({_short(limit.source)})."


def source(run: Run, measuring: Measuring) -> str:
    """Return where the limit is from, at full length; empty where there is none."""
    limit = measuring.sharpness.limit(run.experiment, run.step_shown)
    return limit.source if limit is not None else ""


def _short(sources: str) -> str:
    """Name authors and year of each source, without its title."""
    parts = [part.split(", ") for part in sources.split("; ")]
    return "; ".join(f"{part[0]}, {part[-1]}" for part in parts)
