"""How a run ended, in a sentence for the user."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.link.messages import FinishReason

_DEEP = 1e6
"""A loss this many times farther below zero than it began from it has no bottom."""


@dataclass(frozen=True)
class Finish:
    """The end of a run.

    Attributes
    ----------
    reason
        Why.
    detail
        The same as a sentence.
    is_undefined
        Whether it diverged where the function has no value.
    """

    reason: FinishReason
    detail: str
    is_undefined: bool = False


def completed(steps: int, last_loss: float) -> Finish:
    """All steps were taken."""
    return Finish(FinishReason.COMPLETED, f"Completed {_steps(steps)}; last loss {last_loss:.6g}.")


def converged(step: int, what: str, value: float) -> Finish:
    """Something fell under the threshold that was set for it."""
    detail = f"Converged at step {step:,}: the {what} is {value:.3g}, below the threshold."
    return Finish(FinishReason.CONVERGED, detail)


def early_stopped(epoch: int, best_epoch: int, lowest: float) -> Finish:
    """The loss has not fallen for as many epochs as the user's patience lasts."""
    since = epoch - best_epoch
    return Finish(
        FinishReason.EARLY_STOPPED,
        f"Stopped early after epoch {epoch:,}: the loss has not fallen for {since:,} "
        f"epoch{'' if since == 1 else 's'}. It was lowest after epoch {best_epoch:,}: "
        f"{lowest:.6g}.",
    )


def stopped(steps: int, total: int) -> Finish:
    """The user stopped it."""
    return Finish(FinishReason.STOPPED, f"Stopped after {steps:,} of {_steps(total)}.")


def is_bottomless(first_loss: float, last_loss: float) -> bool:
    """Whether a loss has fallen so far below zero that there seems to be no lowest one."""
    return last_loss < -_DEEP * max(1.0, abs(first_loss))


def diverged(
    step: int, experiment: Experiment, *, is_undefined: bool, is_bottomless: bool = False
) -> Finish:
    """The loss, a gradient or a parameter stopped being finite in `step`.

    Parameters
    ----------
    is_undefined
        Whether that is because the function has no value there, and not because it overflowed.
    is_bottomless
        Whether the loss has fallen without end.
    """
    if step == 1:
        where = "At the very start the loss or its gradient is not finite"
        is_function = isinstance(experiment.problem, FunctionProblem)
        advice = (
            "start elsewhere, or change the function"
            if is_function
            else "standardise the features, or change the data or the initialisation"
        )
    elif is_undefined:
        where = f"At step {step:,} the path has left where the function has a value"
        advice = "start elsewhere, take smaller steps, or change the function"
    elif is_bottomless:
        where = f"Diverged at step {step:,}: the loss has fallen without end"
        advice = (
            "there is no lowest value this way, whatever the learning rate: start elsewhere, or "
            "change the function"
        )
    else:
        lr = float(experiment.optimizer.settings["lr"])
        where = f"Diverged at step {step:,}: the loss stopped being finite"
        advice = f"try a smaller learning rate than {lr:.3g}"
    return Finish(FinishReason.DIVERGED, f"{where}; {advice}.", is_undefined)


def _steps(count: int) -> str:
    return f"{count:,} step" if count == 1 else f"{count:,} steps"
