"""The first look at a formula: its characters, its brackets, and what stands next to what.

Python's parser would refuse the same texts, but with words meant for programmers and, for brackets
by the thousand, not always with an error of its own. So only texts that pass here reach it.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gd_studio.formula.error import FormulaError
from gd_studio.formula.vocabulary import FUNCTIONS

_TOKEN = re.compile(
    r"""
      (?P<number> (?: [0-9]+ \.? [0-9]* | \. [0-9]+ ) (?: [eE] [+-]? [0-9]+ )? )
    | (?P<name> [A-Za-z_] [A-Za-z_0-9]* )
    | (?P<operator> \*\* | <= | >= | [-+*/<>,] )
    | (?P<bracket> [()] )
    """,
    re.VERBOSE,
)

_INSTEAD = {
    "^": "use ** for powers",
    "·": "use * for products",
    "×": "use * for products",
    "÷": "use / for quotients",
    "−": "use - for minus",
    "–": "use - for minus",
    "²": "write **2",
    "³": "write **3",
    "√": "write sqrt(…)",
    "π": "write pi",
    "|": "write abs(…) for a magnitude",
    "≤": "write <=",
    "≥": "write >=",
    "[": "use round brackets",
    "]": "use round brackets",
    "{": "use round brackets",
    "}": "use round brackets",
    "=": "write only what stands after it",
    '"': "a formula holds no text in quotes",
    "'": "a formula holds no text in quotes",
    ".": "write sin(…), not math.sin(…)",
}


@dataclass(frozen=True)
class Token:
    """A number, a name, an operator, a bracket, or the end of the text (kind ``""``).

    Attributes
    ----------
    kind
        ``"number"``, ``"name"``, ``"operator"``, ``"bracket"`` or empty.
    text
        Its characters.
    start
        Where it begins, counted from 0.
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.start + len(self.text)

    @property
    def begins_value(self) -> bool:
        """Whether a number, a variable or a bracket begins here."""
        return self.kind in ("number", "name") or self.text == "("

    @property
    def ends_value(self) -> bool:
        """Whether a number, a variable or a bracket ends here."""
        return self.kind in ("number", "name") or self.text == ")"


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of `text`, and the end; raises ``FormulaError`` at a foreign character."""
    position = 0
    while position < len(text):
        if text[position] == " ":
            position += 1
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            character = text[position]
            shown = f"'{character}'" if character.isprintable() else ascii(character)
            raise FormulaError(
                f"{shown} is not allowed", position, position + 1, _INSTEAD.get(character, "")
            )
        token = Token(match.lastgroup or "", match.group(), position)
        if keyword.iskeyword(token.text):
            raise FormulaError(f"'{token.text}' is not allowed", token.start, token.end)
        yield token
        position = token.end
    yield Token("", "", len(text))


def check_order(text: str, depth: int) -> None:
    """Raise ``FormulaError`` unless values and operators alternate and brackets match.

    Parameters
    ----------
    text
        The formula.
    depth
        How many brackets may lie within one another.
    """
    opened: list[Token] = []
    before = Token("", "", 0)
    for token in tokens(text):
        if before.ends_value and token.begins_value:
            _check_neighbours(before, token)
        elif not before.ends_value and not token.begins_value and token.text not in ("+", "-"):
            raise _missing(before, token)
        if token.text == "(":
            opened.append(token)
            if len(opened) > depth:
                raise FormulaError(
                    f"more than {depth} brackets within one another", token.start, token.end
                )
        elif token.text == ")":
            if not opened:
                raise FormulaError("this ')' closes nothing", token.start, token.end)
            opened.pop()
        elif token.text == "," and not opened:
            raise FormulaError(
                "a comma is only allowed between the arguments of a function",
                token.start,
                token.end,
            )
        before = token
    if opened:
        raise FormulaError("this '(' is never closed", opened[-1].start, opened[-1].end)


def _check_neighbours(before: Token, token: Token) -> None:
    """Raise ``FormulaError`` for two values side by side, unless they are a call."""
    if before.kind == "name" and token.text == "(":
        return
    between = f"an operator is missing between '{before.text}' and '{token.text}'"
    if before.text in FUNCTIONS:
        hint = f"write {before.text}(…)"
    else:
        hint = f"write {before.text}*{token.text}" + ("…)" if token.text == "(" else "")
    raise FormulaError(between, before.start, token.end, hint)


def _missing(before: Token, token: Token) -> FormulaError:
    """Return the error that no value stands between `before` and `token`."""
    if not before.text and not token.text:
        return FormulaError("the formula is empty", 0, 0, whole=True)
    if not before.text:
        where = f"before '{token.text}'"
    elif not token.text:
        where = f"after '{before.text}'"
    else:
        where = f"between '{before.text}' and '{token.text}'"
    start = before.start if before.text else token.start
    end = token.end if token.text else before.end
    return FormulaError(f"a number or a variable is missing {where}", start, end)
