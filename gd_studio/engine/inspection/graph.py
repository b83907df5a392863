"""The computational graph of a loss, as autograd holds it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from gd_studio.link.inspection import Graph, GraphNode

_MOST_NODES = 200


def graph_of(loss: Tensor, names: Mapping[int, str]) -> Graph:
    """Walk from `loss` down to the parameters, breadth first.

    Parameters
    ----------
    names
        The parameters' names, by the ``id`` of each tensor.
    """
    first = loss.grad_fn
    if first is None:
        return Graph((), ())
    numbers: dict[Any, int] = {first: 0}
    edges: list[tuple[int, int]] = []
    waiting = deque([first])
    while waiting:
        function = waiting.popleft()
        for below, _ in function.next_functions:
            if below is None:
                continue  # a constant: no gradient flows there
            if below not in numbers:
                if len(numbers) == _MOST_NODES:
                    continue
                numbers[below] = len(numbers)
                waiting.append(below)
            edges.append((numbers[function], numbers[below]))
    return Graph(tuple(_node(function, names) for function in numbers), tuple(edges))


def _node(function: Any, names: Mapping[int, str]) -> GraphNode:
    variable = getattr(function, "variable", None)
    if variable is not None:
        return GraphNode(names.get(id(variable), "parameter"), tuple(variable.shape), True)
    # What flows backward into a function is of the shape that it made on the way forward.
    metadata = getattr(function, "_input_metadata", None)
    shape = tuple(metadata[0].shape) if metadata else None
    return GraphNode(_plain(function.name()), shape, False)


def _plain(name: str) -> str:
    """From ``MseLossBackward0`` to ``mse_loss``."""
    stem = re.sub(r"Backward\d*$", "", name)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", stem).lower()
