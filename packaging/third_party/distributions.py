"""Python distributions: whose files are in a frozen build, and under which licences."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath
from typing import Any

from third_party.part import IncompleteError, Part, standard_texts

BOOTLOADER = "pyinstaller"
"""The distribution that brings the programs themselves and what runs first in them."""

LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|copyright|authors)(?!.*\.pyi?$)", re.I)
"""How the name of a file begins that holds a licence or belongs to one."""


class Environment:
    """The distributions that a build can be made of.

    Parameters
    ----------
    paths
        The folders that they are installed in.
    """

    def __init__(self, paths: list[str]) -> None:
        found: dict[str, Distribution] = {}
        for distribution in distributions(path=paths):
            found.setdefault(distribution.name, distribution)  # The first is the one imported.
        self._distributions = {name: found[name] for name in sorted(found, key=str.lower)}
        self._owners_of_files: dict[str, str] = {}
        self._owners_of_packages: dict[str, set[str]] = defaultdict(set)
        for name, distribution in self._distributions.items():
            for file in distribution.files or []:
                self._owners_of_files.setdefault(file.as_posix(), name)
                self._owners_of_packages[file.parts[0].removesuffix(".py")].add(name)

    def owner_of_file(self, path: str) -> str | None:
        """The distribution that a file is of, by its path in the frozen folder.

        What describes a distribution is not of it: it is also there for some that are left out.
        """
        is_description = path.partition("/")[0].endswith(".dist-info")
        return None if is_description else self._owners_of_files.get(path)

    def owner_of_module(self, name: str) -> str | None:
        """The distribution that a module is of."""
        if name.startswith(("_pyi", "pyi")):
            return BOOTLOADER
        path = name.replace(".", "/")
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if file in self._owners_of_files:
                return self._owners_of_files[file]
        # A package without a file of its own, or a module that is made while running.
        owners = self._owners_of_packages.get(name.partition(".")[0], set())
        return next(iter(owners)) if len(owners) == 1 else None

    def owner_of_script(self, name: str) -> str | None:
        """The distribution that a script which runs at the start is of, if any."""
        ends = f"/rthooks/{name}.py"
        return next((o for file, o in self._owners_of_files.items() if file.endswith(ends)), None)

    def version(self, name: str) -> str:
        """The version of a distribution."""
        return self._distributions[name].version

    def part(self, name: str, files: tuple[str, ...] = ()) -> Part:
        """A distribution as a part of a frozen build, with these files of machine code."""
        if name not in self._distributions:
            raise IncompleteError([f"{name} is not among the installed distributions."])
        distribution = self._distributions[name]
        licence = licence_of(distribution)
        if licence is None:
            raise IncompleteError([f"{name} {distribution.version} does not say its licence."])
        components = components_of(distribution)
        texts = texts_of(distribution)
        if not texts or "GPL-" in licence:  # Qt's wheels bring at most one of its licences.
            texts |= standard_texts(licence)
        for expression in components.values():
            texts |= standard_texts(chosen(expression))
        return Part(
            name=name,
            version=distribution.version,
            licence=licence,
            folder=name,
            texts=texts,
            files=files,
            inside=tuple(f"{name} ({licence})" for name, licence in components.items()),
            source=source_of(distribution),
        )


def values(distribution: Distribution, key: str) -> list[str]:
    """What the metadata of a distribution say under a key, once or several times."""
    found: list[Any] = distribution.metadata.get_all(key) or []
    return [str(value).strip() for value in found]


def licence_of(distribution: Distribution) -> str | None:
    """The licence that a distribution names, in a line."""
    named = [
        line
        for line in values(distribution, "License-Expression") or values(distribution, "License")
        # Some have the whole text here.
        if line and "\n" not in line and line.upper() != "UNKNOWN"
    ]
    classes = [
        name.rpartition(" :: ")[2]
        for name in values(distribution, "Classifier")
        if name.startswith("License :: ") and name != "License :: OSI Approved"
    ]
    return next(iter(named), ", ".join(classes)) or None


def source_of(distribution: Distribution) -> str | None:
    """Where a distribution says that its source is, or else its home page."""
    addresses: dict[str, str] = {}
    for address in values(distribution, "Home-page"):
        addresses["homepage"] = address
    for url in values(distribution, "Project-URL"):
        label, _, address = url.partition(",")
        addresses[label.strip().lower().replace(" ", "").replace("-", "")] = address.strip()
    labels = ("repository", "source", "sourcecode", "github", "homepage")
    return next((addresses[label] for label in labels if label in addresses), None)


def texts_of(distribution: Distribution) -> dict[str, Path]:
    """The licences and the lists of components that a distribution brings, wherever they lie."""
    texts = {}
    for file in distribution.files or []:
        place = PurePosixPath(file.as_posix())
        is_metadata = place.parts[0].endswith(".dist-info")
        kept = is_metadata and len(place.parts) > 2 and place.parts[1] in {"licenses", "sboms"}
        if kept or LICENCE_FILE.match(place.name):
            skipped = 0 if not is_metadata else 2 if place.parts[1] == "licenses" else 1
            path = Path(str(file.locate()))
            if path.is_file():
                texts[PurePosixPath(*place.parts[skipped:]).as_posix()] = path
    return dict(sorted(texts.items()))


def components_of(distribution: Distribution) -> dict[str, str]:
    """What is compiled into a distribution, and its licences, by lists in the CycloneDX format."""
    found = {}
    for file in distribution.files or []:
        if "sboms" in file.parts and file.name.endswith(".json"):
            listed = json.loads(Path(str(file.locate())).read_text(encoding="utf-8"))
            for component in listed.get("components", []):
                licences = [
                    licence.get("expression") or licence["license"].get("id", "")
                    for licence in component.get("licenses") or []
                ]
                is_own = component.get("purl", "").startswith(f"pkg:pypi/{distribution.name}@")
                # Excluded: for building only. Optional: what a build may have or not.
                is_there = component.get("scope", "required") == "required"
                if licences and is_there and not is_own:
                    name = f"{component['name']} {component.get('version', '')}".strip()
                    found[name] = " AND ".join(licences)
    return {name: found[name] for name in sorted(found, key=str.lower)}


def chosen(expression: str) -> str:
    """What is left of an SPDX expression after a choice of Apache-2.0 where there is one."""
    return re.sub(r"[^()]*\bApache-2\.0\b[^()]*", choose, expression)


def choose(choices: re.Match[str]) -> str:
    """Apache-2.0 if it is one of the choices."""
    is_choice = "Apache-2.0" in choices.group().split(" OR ") and " AND " not in choices.group()
    return "Apache-2.0" if is_choice else choices.group()
