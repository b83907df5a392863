"""Formulas: parsed, shown, printed as Python and calculated."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

import torch

from gd_studio.engine.expressions import compile_formula
from gd_studio.formula import CONSTANTS, FUNCTIONS, FormulaError, parse
from tests.fuzz.mutation import CODE, TEXTS, mutated_bytes

_NAMES = (*"xypqt", "x1", "x2", "lr", *CONSTANTS)
_FOREIGN = (
    "os",
    "__import__",
    "torch",
    "eval",
    "self",
    "lambda",
    "if",
    "é",
    "𝑥",
    "x.y",
    "x[0]",
    "_",
)
_OPERATORS = ("+", "-", "*", "/", "**", "^", "%", "//", "@", "<", "==", ",", "=", ":=", " ", "and")
_NUMBERS = ("0", "1", "2", "0.5", "1e12", "1e13", "1e999", "1_000", "0x10", "007", "1j", "9" * 400)


def make(random: Random) -> bytes:
    """Return a formula, or nearly one."""
    text = _expression(random, random.choice((1, 2, 3, 4, 8)))
    if not random.randrange(20):
        text = (
            random.choice(("(", "-", "sin(", f"{text}+", "x**")) * random.choice((10, 100)) + text
        )
    if not random.randrange(4):
        text = random.choice((text + random.choice(CODE), random.choice(TEXTS) + text))
    content = text.encode("utf-8", "surrogatepass")
    return (
        mutated_bytes(random, content, random.randrange(3)) if not random.randrange(3) else content
    )


def attempt(content: bytes, folder: Path) -> bool:
    """Read a formula; its Python has to be an expression, and its value a tensor."""
    text = content.decode("utf-8", "replace" if len(content) % 2 else "surrogateescape")
    try:
        formula = parse(text, comparison=len(content) % 3 == 0)
    except FormulaError:
        return False
    assert formula.html()
    ast.parse(formula.python(), mode="eval")
    points = [torch.tensor([0.5, -2.0], dtype=torch.float64) for _ in formula.variables]
    compile_formula(formula)(*points)
    return True


def _expression(random: Random, depth: int) -> str:
    if depth <= 0 or not random.randrange(4):
        return random.choice(
            (random.choice(_NAMES), random.choice(_NUMBERS), random.choice(_FOREIGN))
        )

    def inner() -> str:
        return _expression(random, depth - 1)

    operators = _OPERATORS[:5] if random.randrange(4) else _OPERATORS
    match random.randrange(6):
        case 0:
            return f"({inner()})"
        case 1:
            return f"-{inner()}"
        case 2:
            name = random.choice((*FUNCTIONS, *_FOREIGN))
            return f"{name}({', '.join(inner() for _ in range(random.choice((1, 1, 1, 2, 3))))})"
        case _:
            return f"{inner()} {random.choice(operators)} {inner()}"
