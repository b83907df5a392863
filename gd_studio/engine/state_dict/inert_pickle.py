"""Pickles as data: what they say is to be called is noted down, and never called.

A pickle is a program for a machine with a stack. This one knows the instructions that PyTorch
writes for a state dict and no other; it imports nothing, and makes nothing but numbers, texts,
lists, tuples, dicts by text, and notes of what the pickle names.
"""

from __future__ import annotations

import io
import pickletools
from dataclasses import dataclass
from typing import Any

from gd_studio.engine.state_dict.error import StateDictError

LARGEST = 1_000_000
"""Bytes of the largest pickle that is read: a state dict needs some 200 for each tensor."""

_MOST_INSTRUCTIONS = 200_000  # about 30 for each tensor


@dataclass(frozen=True)
class Name:
    """What a pickle would import, as ``"torch.FloatStorage"``."""

    path: str


@dataclass(frozen=True, eq=False)
class Call:
    """What a pickle would call."""

    path: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Reference:
    """What a pickle says lies outside it."""

    key: Any


def read_pickle(file: io.BytesIO, references: list[Reference] | None = None) -> Any:
    """Return what the pickle at the place of `file` holds; the place is behind it then.

    Parameters
    ----------
    references
        Takes in what the pickle refers to.

    Raises
    ------
    StateDictError
        Where it is damaged, too long, or holds other things than a state dict does.
    """
    machine = _Machine([] if references is None else references)
    try:
        for number, (instruction, argument, _) in enumerate(pickletools.genops(file)):
            if number >= _MOST_INSTRUCTIONS:
                raise StateDictError("it has far more parts than any model here")
            machine.follow(instruction.name, argument)
        return machine.result()
    except (ValueError, LookupError) as error:  # it ends early, or its stack does not work out
        raise StateDictError from error


class _Machine:
    def __init__(self, references: list[Reference]) -> None:
        self._references = references
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}

    def result(self) -> Any:
        return self._stack.pop()

    def follow(self, name: str, argument: Any) -> None:
        """Follow one instruction; raises ``LookupError`` where the stack is empty."""
        stack, pop, push = self._stack, self._stack.pop, self._stack.append
        match name:
            case "PROTO" | "FRAME" | "STOP":
                pass
            case (
                "BININT" | "BININT1" | "BININT2" | "LONG1" | "BINFLOAT"
                | "BINUNICODE" | "SHORT_BINUNICODE"
            ):  # fmt: skip
                push(argument)
            case "NONE" | "NEWTRUE" | "NEWFALSE":
                push({"NONE": None, "NEWTRUE": True, "NEWFALSE": False}[name])
            case "EMPTY_DICT":
                push({})
            case "EMPTY_LIST":
                push([])
            case "EMPTY_TUPLE":
                push(())
            case "MARK":
                self._marks.append(len(stack))
            case "TUPLE":
                push(tuple(self._above_mark()))
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                push(tuple(reversed([pop() for _ in range(int(name[-1]))])))
            case "BINPUT" | "LONG_BINPUT":
                self._memo[argument] = stack[-1]
            case "MEMOIZE":
                self._memo[len(self._memo)] = stack[-1]
            case "BINGET" | "LONG_BINGET":
                push(self._memo[argument])
            case "APPEND":
                self._extend([pop()])
            case "APPENDS":
                self._extend(self._above_mark())
            case "SETITEM":
                self._set(list(reversed([pop(), pop()])))
            case "SETITEMS":
                self._set(self._above_mark())
            case "GLOBAL":
                push(Name(argument.replace(" ", ".", 1)))
            case "STACK_GLOBAL":
                attribute, module = pop(), pop()
                push(Name(f"{_text(module)}.{_text(attribute)}"))
            case "BINPERSID":
                push(Reference(pop()))
                self._references.append(stack[-1])
            case "REDUCE":
                arguments, callee = pop(), pop()
                push(_call(callee, arguments))
            case "BUILD":
                pop()
                if not isinstance(stack[-1], dict):  # a dict's own attributes, as versions
                    raise StateDictError
            case _:
                raise StateDictError

    def _above_mark(self) -> list[Any]:
        mark = self._marks.pop()
        items = self._stack[mark:]
        del self._stack[mark:]
        return items

    def _extend(self, items: list[Any]) -> None:
        if not isinstance(self._stack[-1], list):
            raise StateDictError
        self._stack[-1].extend(items)

    def _set(self, items: list[Any]) -> None:
        target, keys = self._stack[-1], items[::2]
        # The hash of a tuple of tuples of … can take for ever.
        if not isinstance(target, dict) or not all(isinstance(key, str) for key in keys):
            raise StateDictError("it holds no state dict: tensors by name are needed")
        target.update(zip(keys, items[1::2], strict=True))


def _call(callee: Any, arguments: Any) -> Any:
    if not isinstance(callee, Name) or not isinstance(arguments, tuple):
        raise StateDictError
    if callee.path == "collections.OrderedDict" and not arguments:
        return {}
    return Call(callee.path, arguments)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise StateDictError
    return value
