"""What each step is made of, whatever is descended on: the optimizer's step and the end of it."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.script.handles import Handles
from gd_studio.script.optimizers import arguments_of, is_by_hand, schedules_of
from gd_studio.script.parts import Part, Parts, in_parts, number_of
from gd_studio.script.schedules import rate_of, write_advance
from gd_studio.script.text import indented

CHANGING = ("gradient_noise", "clip_norm", "clip_value")
"""Numbers of the training that may change on the way."""


@dataclass(frozen=True)
class Evaluation:
    """How a step comes to its loss and gradient.

    Attributes
    ----------
    has_closure
        Whether an optimizer calls a function that evaluates both, more than once in a step.
    again
        What evaluates the loss alone once more, as an expression; empty where nothing does.
    """

    has_closure: bool
    again: str


def evaluation_of(parts: Parts, again: str) -> Evaluation:
    """Return how the steps of a run are evaluated; `again` evaluates the loss alone."""
    entries = [part.experiment.optimizer.entry for part in parts]
    return Evaluation(
        has_closure=any(entry.closure and not entry.reference for entry in entries),
        again=again if any(entry.reference for entry in entries) else "",
    )


def write_zero(parts: Parts, handles: Handles) -> list[str]:
    """Forget the last step's gradients."""
    if all(len(arguments_of(part.experiment)) == 1 for part in parts):
        return ["optimizer.zero_grad()"]
    return list(handles.forget)


def write_generator(parts: Parts) -> list[str]:
    """Make what draws the noise; none where there is none."""
    if not _has_noise(parts):
        return []
    seed = parts[0].experiment.seed
    return [f"generator = torch.Generator().manual_seed({seed})  # for the noise"]


def write_noise(parts: Parts, point: str) -> list[str]:
    """Add noise to the gradient of a function."""
    if not _has_noise(parts):
        return []
    experiment, sigma = parts[0].experiment, number_of(parts, "gradient_noise")
    dtype = "" if experiment.precision == "float32" else f", dtype=torch.{experiment.precision}"
    moved = "" if experiment.device == "cpu" else ".to(device)"
    drawn = f"torch.randn({point}.shape, generator=generator{dtype})"
    scaled = f"({drawn} * {sigma}){moved}" if moved else f"{drawn} * {sigma}"
    line = f"{point}.grad.add_({scaled})"
    is_always = all(part.training.gradient_noise for part in parts)
    return [line] if is_always else [f"if {sigma}:", f"    {line}"]


def write_norm(experiment: Experiment, handles: Handles, measured: str = "norm = {}") -> list[str]:
    """Measure the gradient before it is clipped, where the run may end by its norm."""
    if experiment.training.stop_gradient_norm is None:
        return []
    return measure(experiment, handles, measured)


def measure(experiment: Experiment, handles: Handles, measured: str) -> list[str]:
    """Measure the gradient; `measured` says what becomes of the norm."""
    norm = measured.format("torch.linalg.vector_norm({}, dtype=torch.float64)")
    if isinstance(experiment.problem, FunctionProblem):
        return [norm.format(f"{handles.all.strip('[]')}.grad")]
    return [
        f"gradient = torch.cat([p.grad.flatten() for p in {handles.all}])",
        norm.format("gradient"),
    ]


def write_numbers(parts: Parts) -> list[str]:
    """Set the numbers to begin with that are changed on the way."""
    lines = [
        f"{name} = {getattr(parts[0].training, name)!r}"
        for name in CHANGING
        if number_of(parts, name) == name
    ]
    if has_changing_rate(parts) and _has_plain_rate(parts[0].experiment):
        lines.append(f"lr = {parts[0].experiment.optimizer.settings['lr']!r}")
    return lines


def has_changing_rate(parts: Parts) -> bool:
    """Whether the plain rule has another learning rate later on, without a schedule."""
    return len({rate_of(p.experiment) for p in parts if _has_plain_rate(p.experiment)}) > 1


def write_clipping(
    parts: Parts, handles: Handles, diverged: list[str], by_norm: list[str] | None = None
) -> list[str]:
    """Hold the gradient back.

    Parameters
    ----------
    diverged
        The statements that end the run where a gradient is infinite, which would pass for large
        afterwards; none where that has been looked at already.
    by_norm
        What clips by ``{norm}``, where it is not torch's function.
    """
    norm, value = number_of(parts, "clip_norm"), number_of(parts, "clip_value")
    lines = []
    if norm != "None":
        own = by_norm or [f"nn.utils.clip_grad_norm_({handles.all}, {{norm}})"]
        clipped = [line.format(norm=norm) for line in own]
        is_always = all(part.training.clip_norm is not None for part in parts)
        lines += clipped if is_always else ["if clip_norm is not None:", *indented(clipped)]
    if value != "None":
        clipped = [f"nn.utils.clip_grad_value_({handles.all}, {value})"]
        if diverged:
            clipped[:0] = [
                f"if not all(p.grad.isfinite().all() for p in {handles.all}):",
                *indented(diverged),
            ]
        is_always = all(part.training.clip_value is not None for part in parts)
        lines += clipped if is_always else ["if clip_value is not None:", *indented(clipped)]
    return lines


def write_closure(
    parts: Parts, handles: Handles, loss: list[str], treatment: list[str]
) -> list[str]:
    """Define what an optimizer calls to have loss and gradient evaluated.

    Parameters
    ----------
    loss
        The statements that calculate the loss.
    treatment
        Those that change the gradient before it is measured.
    """
    experiment = parts[0].experiment
    norm: list[str] = []
    if _keeps_norms(parts):
        norm = measure(experiment, handles, "norms.append({})")
    body = [
        *write_zero(parts, handles),
        *loss,
        "loss.backward()",
        *treatment,
        *norm,
        *write_clipping(parts, handles, []),
        "return loss",
    ]
    return ["def closure():", *indented(body)]


def write_step(
    parts: Parts, handles: Handles, evaluation: Evaluation, diverged: list[str]
) -> list[str]:
    """Take the step; where something has stopped being finite, take it back and end."""
    finite = handles.finite
    keeps = evaluation.has_closure and _keeps_norms(parts)
    if keeps and any(part.training.clip_value is not None for part in parts):
        # What is infinite would pass for large after clipping.
        finite = handles.finite_with_norms
    return [
        *(["norms = []  # of the gradients in this step, the first of which counts"] * keeps),
        *write_following(parts, handles, evaluation),
        f"if not ({finite}):" if " and " in finite else f"if not {finite}:",
        *indented([*handles.restore("before"), *diverged]),
    ]


def write_following(parts: Parts, handles: Handles, evaluation: Evaluation) -> list[str]:
    """Take the step alone, and keep where it began."""
    return [
        f"before = {handles.copy}",
        *in_parts(parts, lambda experiment: _step(parts, experiment, handles, evaluation)),
    ]


def write_moves(parts: Parts, per: str, loss: str) -> list[str]:
    """Move the schedule on, where it does so per `per`, a step or an epoch."""
    if parts[0].training.schedule_per != per:
        return []
    return in_parts(
        parts, lambda experiment: write_advance(experiment, loss, schedules_of(experiment))
    )


def write_diverged(counter: str, leave: str) -> list[str]:
    """Say that the descent has diverged, and leave it."""
    sentence = f"Diverged in {counter} {{{counter}}}: the last finite parameters are kept."
    return [f'print(f"{sentence}")', leave]


def write_end_by_norm(experiment: Experiment, evaluation: Evaluation, leave: str) -> list[str]:
    """End the run where the gradient has become short."""
    smallest = experiment.training.stop_gradient_norm
    norm = "norms[0]" if evaluation.has_closure else "norm"
    return [] if smallest is None else [f"if {norm} < {smallest!r}:", f"    {leave}"]


def write_end_by_change(experiment: Experiment, loss: str, leave: str) -> list[str]:
    """End the run where the loss changes by little."""
    smallest = experiment.training.stop_loss_change
    if smallest is None:
        return []
    return [
        f"change, previous = abs(previous - {loss}), {loss}",
        f"if change < {smallest!r}:",
        f"    {leave}",
    ]


def write_previous(experiment: Experiment) -> list[str]:
    """Return what the change of the loss is measured from at first."""
    has_change = experiment.training.stop_loss_change is not None
    return ["previous = math.inf"] if has_change else []


def _step(
    parts: Parts, experiment: Experiment, handles: Handles, evaluation: Evaluation
) -> list[str]:
    """The optimizer's step, or the plain one."""
    entry = experiment.optimizer.entry
    if entry.torch_name and evaluation.has_closure:
        lines = ["loss = optimizer.step(closure)"]
    elif entry.torch_name:
        lines = ["optimizer.step()"]
    else:
        lines = [f"optimizer.step({evaluation.again})"]
        if is_by_hand(experiment):
            lines = _plain_step(parts, experiment, handles)
        if evaluation.has_closure:
            return ["loss = closure()", "if loss.isfinite():", *indented(lines)]
        return lines
    return [*lines, *(f"{name}.step()" for name in list(arguments_of(experiment))[1:])]


def _plain_step(parts: Parts, experiment: Experiment, handles: Handles) -> list[str]:
    rate = rate_of(experiment)
    if _has_plain_rate(experiment) and has_changing_rate(parts):
        rate = "lr"
    name = handles.all.strip("[]")
    each = isinstance(experiment.problem, FunctionProblem)
    return [
        "# As torch.optim.SGD does: rounded once. p -= lr * p.grad would be rounded twice.",
        "with torch.no_grad():",
        *(
            [f"    {name}.sub_({name}.grad, alpha={rate})"]
            if each
            else [f"    for p in {name}:", f"        p.sub_(p.grad, alpha={rate})"]
        ),
    ]


def _has_plain_rate(experiment: Experiment) -> bool:
    return is_by_hand(experiment) and experiment.schedule.key == "constant"


def _has_noise(parts: Parts) -> bool:
    return any(part.training.gradient_noise for part in parts)


def _keeps_norms(parts: Parts) -> bool:
    def needs(part: Part) -> bool:
        return part.training.clip_value is not None or part.training.stop_gradient_norm is not None

    return any(map(needs, parts))
