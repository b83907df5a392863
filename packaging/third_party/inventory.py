"""All parts of a frozen build that others have made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

from third_party import interpreter
from third_party.distributions import BOOTLOADER, Environment
from third_party.frozen import Frozen
from third_party.libraries import Library, Package, debian_package, is_bundled, known_libraries
from third_party.part import TEXTS, IncompleteError, Part

OWN = "gd-studio"
"""GD Studio as a distribution, which is no part that others have made."""


def parts_of(frozen: Frozen, environment: Environment) -> list[Part]:
    """All parts of a frozen build, by name.

    Raises
    ------
    IncompleteError
        If anything in the build has no known origin or no licence, or one that forbids its use.
    """
    inventory = Inventory(frozen, environment)
    inventory.look_at_modules()
    inventory.look_at_files()
    parts = inventory.parts()
    if inventory.problems:
        raise IncompleteError(sorted(set(inventory.problems)))
    return sorted(parts, key=lambda part: (part.name.lower(), part.name))


class Inventory:
    """What is found while a frozen build is gone through.

    Parameters
    ----------
    frozen
        The build.
    environment
        The distributions that it was made of.
    """

    def __init__(self, frozen: Frozen, environment: Environment) -> None:
        self.problems: list[str] = []
        self._frozen = frozen
        self._environment = environment
        # The programs are PyInstaller's, and Python is in every build.
        self._owners = {BOOTLOADER, interpreter.NAME}
        self._machine_code: dict[str | Package, list[str]] = defaultdict(list)
        self._libraries: dict[str, list[tuple[str, str | Package | None]]] = defaultdict(list)

    def look_at_modules(self) -> None:
        """Find the distributions of the modules in the archives."""
        for module in sorted(self._frozen.modules):
            if not interpreter.has_module(module):
                owner = self._environment.owner_of_module(module)
                if owner is None:
                    self.problems.append(f"Module {module}: no distribution has it.")
                else:
                    self._owners.add(owner)
        scripts = map(self._environment.owner_of_script, sorted(self._frozen.scripts))
        self._owners.update(owner for owner in scripts if owner)

    def look_at_files(self) -> None:
        """Find the distributions of the files, and what machine code is from elsewhere."""
        machine_code = set(self._frozen.libraries)
        for path in self._frozen.files:
            owner = self._environment.owner_of_file(path)
            if owner:
                self._owners.add(owner)
            if path in machine_code:
                self._look_at_library(path, owner)

    def _look_at_library(self, path: str, owner: str | None) -> None:
        origin: str | Package | None = owner
        if origin is None and interpreter.has_file(path):
            origin = interpreter.NAME
        if origin is None:
            origin = debian_package(path)
        libraries = [library for library in known_libraries() if library.is_in(self._frozen, path)]
        for library in libraries:
            self._libraries[library.name].append((path, origin))
        if any(not library.mark for library in libraries):
            return  # It is what others have made, all of it.
        if origin is None:
            self.problems.append(f"{path}: nothing is known of where it comes from.")
        elif owner and is_bundled(path):
            self.problems.append(f"{path}, in {owner}: nothing is known of what library it is.")
        else:
            self._machine_code[origin].append(path)

    def parts(self) -> list[Part]:
        """All parts that were found; what keeps them from being passed on is a problem."""
        names = sorted(self._owners - {interpreter.NAME, OWN})
        packages = sorted(key for key in self._machine_code if isinstance(key, Package))
        parts = [
            *self._made(interpreter.part, self._code_of(interpreter.NAME)),
            *(p for n in names for p in self._made(self._environment.part, n, self._code_of(n))),
            *(part_of_package(package, self._code_of(package)) for package in packages),
        ]
        folders = {part.folder for part in parts if part.has_own_texts}
        libraries = [library for library in known_libraries() if library.name in self._libraries]
        parts += [self._part_of_library(library, folders) for library in libraries]
        for part in parts:
            self.problems.extend(part.problems())
        counts = Counter(part.folder.lower() for part in parts)
        self.problems.extend(
            f"{folder}: several parts would have their licences in this folder."
            for folder, count in counts.items()
            if count > 1
        )
        return parts

    def _made(self, make: Callable[..., Part], *arguments: object) -> list[Part]:
        try:
            return [make(*arguments)]
        except IncompleteError as error:
            self.problems.extend(error.problems)
            return []

    def _code_of(self, origin: str | Package) -> tuple[str, ...]:
        return tuple(self._machine_code.get(origin, ()))

    def _part_of_library(self, library: Library, folders: set[str]) -> Part:
        found = self._libraries[library.name]
        files = tuple(path for path, _ in found)
        packages = sorted({origin for _, origin in found if isinstance(origin, Package)})
        names = sorted({origin for _, origin in found if isinstance(origin, str)})
        versions = [f"{package.version} (Debian's {package.name})" for package in packages]
        if names:
            wheels = (f"{name} {self._environment.version(name)}" for name in names)
            versions.append(f"as in {', '.join(wheels)}")
        texts = {name: TEXTS / name for name in library.texts}
        for package in packages:
            texts = package.texts
        # A wheel says nothing of what is hidden in one of its own libraries.
        covers = [*([] if library.mark else names), library.covered_by]
        return Part(
            name=library.name,
            version=self._version_in(files, library) or ", ".join(versions) or "–",
            licence=library.licence,
            folder=library.folder or library.name,
            texts=texts,
            elsewhere=tuple(name for name in covers if name in folders),
            files=files,
            source=library.source,
        )

    def _version_in(self, files: tuple[str, ...], library: Library) -> str:
        if not library.version:
            return ""
        found = (self._frozen.find(file, library.version) for file in files)
        return ", ".join(sorted({match.group(1).decode() for match in found if match}))


def part_of_package(package: Package, files: tuple[str, ...]) -> Part:
    """A package of the building system as a part of a frozen build."""
    return Part(
        name=package.name,
        version=package.version,
        licence=package.licence,
        folder=package.name,
        texts=package.texts,
        files=files,
    )
