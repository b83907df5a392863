"""What each step is made of, whatever is descended on: the optimizer, its step, the end of it."""

from __future__ import annotations

from gd_studio.catalog import Value
from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.script.handles import Handles
from gd_studio.script.text import call, indented


def write_optimizer(experiment: Experiment, handles: Handles) -> list[str]:
    """Make the optimizer, with what it has other than torch's defaults; none for the plain rule."""
    choice, entry = experiment.optimizer, experiment.optimizer.entry
    if not entry.torch_name:
        return []
    defaults = entry.arguments(entry.defaults)
    given = [
        f"{name}={_value(value)}"
        for name, value in entry.arguments(choice.settings).items()
        if name == "lr" or value != defaults[name]
    ]
    return call(f"optimizer = torch.optim.{entry.torch_name}(", handles.all, *given)


def write_zero(experiment: Experiment, handles: Handles) -> list[str]:
    """Forget the last step's gradients."""
    has_optimizer = experiment.optimizer.entry.torch_name
    return ["optimizer.zero_grad()"] if has_optimizer else list(handles.forget)


def write_norm(experiment: Experiment, handles: Handles) -> list[str]:
    """Measure the gradient before it is clipped, where the run may end by its norm."""
    if experiment.training.stop_gradient_norm is None:
        return []
    measured = "norm = torch.linalg.vector_norm({}, dtype=torch.float64)"
    if isinstance(experiment.problem, FunctionProblem):
        return [measured.format(f"{handles.all.strip('[]')}.grad")]
    return [
        f"gradient = torch.cat([p.grad.flatten() for p in {handles.all}])",
        measured.format("gradient"),
    ]


def write_clipping(experiment: Experiment, handles: Handles, diverged: list[str]) -> list[str]:
    """Hold the gradient back."""
    training = experiment.training
    if training.clip_norm is not None:
        return [f"nn.utils.clip_grad_norm_({handles.all}, {training.clip_norm!r})"]
    if training.clip_value is None:
        return []
    # What is infinite would pass for large afterwards.
    return [
        f"if not all(p.grad.isfinite().all() for p in {handles.all}):",
        *indented(diverged),
        f"nn.utils.clip_grad_value_({handles.all}, {training.clip_value!r})",
    ]


def write_step(experiment: Experiment, handles: Handles) -> list[str]:
    """Take the step: the optimizer's, or the plain one."""
    if experiment.optimizer.entry.torch_name:
        return ["optimizer.step()"]
    lr = experiment.optimizer.settings["lr"]
    name = handles.all.strip("[]")
    each = isinstance(experiment.problem, FunctionProblem)
    return [
        "# As torch.optim.SGD does: rounded once. p -= lr * p.grad would be rounded twice.",
        "with torch.no_grad():",
        *(
            [f"    {name}.sub_({name}.grad, alpha={lr!r})"]
            if each
            else [f"    for p in {name}:", f"        p.sub_(p.grad, alpha={lr!r})"]
        ),
    ]


def write_end_of_divergence(handles: Handles, diverged: list[str]) -> list[str]:
    """Take a step back and end, where something has stopped being finite."""
    return [
        f"if not ({handles.finite}):" if " and " in handles.finite else f"if not {handles.finite}:",
        *indented([*handles.restore("before"), *diverged]),
    ]


def write_diverged(counter: str, leave: str) -> list[str]:
    """Say that the descent has diverged, and leave it."""
    sentence = f"Diverged in {counter} {{{counter}}}: the last finite parameters are kept."
    return [f'print(f"{sentence}")', leave]


def write_end_by_norm(experiment: Experiment, leave: str) -> list[str]:
    """End the run where the gradient has become short."""
    smallest = experiment.training.stop_gradient_norm
    return [] if smallest is None else [f"if norm < {smallest!r}:", f"    {leave}"]


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


def _value(value: Value | tuple[Value, ...]) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(repr, value))})"
    return repr(value)
