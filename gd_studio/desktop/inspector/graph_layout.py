"""Where the nodes of a computational graph are drawn: in rows, from its leaves down to the loss.

The method is Sugiyama's: a row for every distance from the loss, a bend for every row that an edge
passes, and nodes ordered and placed by where their neighbours are.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from gd_studio.link.inspection import Graph

Point = tuple[float, float]
_Neighbours = dict[int, list[int]]

ROW = 76.0
"""From one row to the next."""

_GAP = 22.0
_BEND = 10.0
_SWEEPS = 8


@dataclass(frozen=True)
class Placement:
    """Places in a plane whose y points down.

    Attributes
    ----------
    centres
        Of the nodes.
    routes
        For each distinct edge of the graph the points it passes, in the direction of the forward
        computation.
    """

    centres: tuple[Point, ...]
    routes: dict[tuple[int, int], tuple[Point, ...]]


def lay_out(graph: Graph, widths: Sequence[float]) -> Placement:
    """Place nodes that are as wide as `widths`, so that every edge points down."""
    edges = sorted({(i, j) for i, j in graph.edges if i != j})
    depths = _depths(len(graph.nodes), edges)
    sizes, chains = list(widths), {}
    rows: list[list[int]] = [[] for _ in range(max(depths, default=0) + 1)]
    for node, depth in enumerate(depths):
        rows[depth].append(node)
    above: _Neighbours = defaultdict(list)
    below: _Neighbours = defaultdict(list)
    for i, j in edges:
        chain = [j]
        for depth in range(depths[j] - 1, depths[i], -1):
            rows[depth].append(len(sizes))
            chain.append(len(sizes))
            sizes.append(_BEND)
        chain.append(i)
        chains[i, j] = chain
        for upper, lower in pairwise(chain):
            above[lower].append(upper)
            below[upper].append(lower)
    _order(rows, above, below)
    x = _place(rows, above, below, sizes, _heights(rows, above))
    height = {node: -depth * ROW for depth, row in enumerate(rows) for node in row}
    points = {node: (x[node], height[node]) for node in height}
    return Placement(
        tuple(points[node] for node in range(len(graph.nodes))),
        {edge: tuple(points[node] for node in chain) for edge, chain in chains.items()},
    )


def _depths(count: int, edges: Iterable[tuple[int, int]]) -> list[int]:
    """How many edges the longest way from a node to the loss has."""
    sources: _Neighbours = defaultdict(list)
    waits = [0] * count
    for i, j in edges:
        sources[i].append(j)
        waits[j] += 1
    depths = [0] * count
    ready = deque(node for node in range(count) if not waits[node])
    while ready:
        node = ready.popleft()
        for source in sources[node]:
            depths[source] = max(depths[source], depths[node] + 1)
            waits[source] -= 1
            if not waits[source]:
                ready.append(source)
    return depths


def _order(rows: list[list[int]], above: _Neighbours, below: _Neighbours) -> None:
    """Sort every row by the mean position of its neighbours, from both sides in turn."""
    for sweep in range(_SWEEPS):
        downwards = sweep % 2
        neighbours = above if downwards else below
        for row in reversed(rows) if downwards else rows:
            rank = {node: place for line in rows for place, node in enumerate(line)}
            own = {
                node: _mean([rank[other] for other in neighbours[node]], rank[node]) for node in row
            }
            row.sort(key=own.__getitem__)


def _heights(rows: list[list[int]], above: _Neighbours) -> dict[int, int]:
    """How many edges the longest way from a node up to a leaf has."""
    heights: dict[int, int] = {}
    for row in reversed(rows):
        for node in row:
            heights[node] = 1 + max((heights[other] for other in above[node]), default=-1)
    return heights


def _place(
    rows: list[list[int]],
    above: _Neighbours,
    below: _Neighbours,
    sizes: Sequence[float],
    heights: dict[int, int],
) -> dict[int, float]:
    """Put nodes below what they are made of, so that the longest way runs straight."""
    x = {node: 0.0 for row in rows for node in row}
    # The last sweep goes down, and leaves straight lines behind.
    for sweep in range(2 * _SWEEPS + 1):
        downwards = sweep % 2 == 0
        neighbours = above if downwards else below
        for row in reversed(rows) if downwards else rows:
            wanted = []
            for node in row:
                longest = max((heights[other] for other in neighbours[node]), default=0)
                near = [x[other] for other in neighbours[node] if heights[other] == longest]
                wanted.append(_mean(near, x[node]))
            # What hangs from a long way is heavy; what feeds it makes room.
            weights = [(1.0 + heights[node]) ** 4 for node in row]
            x |= zip(row, _spread(wanted, [sizes[node] for node in row], weights), strict=True)
    return x


def _spread(
    wanted: Sequence[float], sizes: Sequence[float], weights: Sequence[float]
) -> list[float]:
    """The places nearest to the wanted ones, by weighted squares, that are far enough apart.

    Without the distances it is a matter of putting numbers in order, which pooling neighbours
    that are not does.
    """
    offsets = list(accumulate(((a + b) / 2 + _GAP for a, b in pairwise(sizes)), initial=0.0))
    pools: list[tuple[float, float, int]] = []
    for place, offset, weight in zip(wanted, offsets, weights, strict=False):
        mean, total, count = place - offset, weight, 1
        while pools and pools[-1][0] > mean:
            other, heavy, more = pools.pop()
            mean = (mean * total + other * heavy) / (total + heavy)
            total, count = total + heavy, count + more
        pools.append((mean, total, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
