"""The list of what others have made of a frozen build, for builds that are made up here."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"
ELF = b"\x7fELF made up "


class Build:
    """A made-up frozen build, and the distributions that it was made of."""

    def __init__(self, folder: Path) -> None:
        self.site = folder / "site"
        self.frozen = folder / "frozen"
        self.out = folder / "out"
        self.modules = {"os", "json.decoder"}
        self.freeze("libpython3.11.so.1.0", ELF)
        (self.frozen / "gd-studio").write_bytes(ELF)
        self.install("pyinstaller", licence="License: GPLv2-or-later with a special exception")
        self.install("gd-studio", {"gd_studio/__init__.py": b""})

    def install(
        self,
        name: str,
        files: dict[str, bytes] | None = None,
        *,
        licence: str | None = "License-Expression: MIT",
        text: str | None = "LICENSE",
        boms: dict[str, object] | None = None,
    ) -> None:
        """Put a distribution into the environment."""
        info = f"{name.replace('-', '_')}-1.0.dist-info"
        metadata = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{licence or ''}\n"
        all_files = {f"{info}/METADATA": metadata.encode()}
        if text:
            all_files[f"{info}/licenses/{text}"] = f"The licence of {name}".encode()
        for bom, content in (boms or {}).items():
            all_files[f"{info}/sboms/{bom}"] = json.dumps(content).encode()
        all_files |= files or {}
        all_files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in all_files).encode()
        for file, content in all_files.items():
            write(self.site / file, content)

    def freeze(self, path: str, content: bytes) -> None:
        """Put a file into the frozen build."""
        write(self.frozen / "_internal" / path, content)

    def list_parts(self) -> int:
        """Run the command."""
        command = importlib.import_module("licences")
        environment = module("distributions").Environment([str(self.site)])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["licences.py", str(self.frozen), str(self.out)])
            patch.setattr(command, "Environment", lambda _: environment)
            patch.setattr(module("frozen"), "archived", lambda _: (self.modules, frozenset()))
            return int(command.main())

    @property
    def document(self) -> str:
        return (self.out / "THIRD-PARTY.md").read_text(encoding="utf-8")

    @property
    def rows(self) -> dict[str, list[str]]:
        """The rows of the table, by the names of the parts without their addresses."""
        lines = [line for line in self.document.splitlines() if line.startswith("| ")][2:]
        rows = [line.strip("| ").split(" | ") for line in lines]
        return {re.sub(r"^\[(.*)\]\(<.*>\)$", r"\1", row[0]): row[1:] for row in rows}


def module(name: str) -> ModuleType:
    return importlib.import_module(f"third_party.{name}")


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def files_in(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(autouse=True)
def the_building_system_has_no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(PACKAGING)  # Its modules import each other from there.
    monkeypatch.setattr(module("inventory"), "debian_package", lambda _: None)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    return Build(tmp_path)


@pytest.fixture
def whole(build: Build) -> Build:
    """A build with a part of every kind."""
    core = ELF + b"core"
    bundled = "alpha.libs/libgfortran-0a1b2c.so.5.0.0"
    build.install("alpha", {"alpha/__init__.py": b"", "alpha/_core.so": core, bundled: ELF})
    build.freeze("alpha/_core.so", core)
    build.freeze(bundled, ELF)
    classes = "License: The whole\n        text\nClassifier: License :: OSI Approved :: BSD License"
    build.install("beta", {"beta/data.txt": b"", "beta/sub/mod.py": b""}, licence=classes)
    build.modules |= {"beta.sub.mod", "beta", "gd_studio"}
    build.install("gamma", {"gamma/data.txt": b""}, licence="License: Apache-2.0", text=None)
    build.freeze("gamma/data.txt", b"")
    build.install("left-out", {"left_out.py": b""})
    build.freeze("left_out-1.0.dist-info/METADATA", b"")
    build.freeze("libcrypto.so.3", ELF)
    return build


def test_every_part_is_listed_with_version_licence_and_texts(whole: Build) -> None:
    assert whole.list_parts() == 0

    rows = whole.rows
    assert {name: row[:2] for name, row in rows.items()} == {
        "alpha": ["1.0", "MIT"],
        "beta": ["1.0", "BSD License"],
        "gamma": ["1.0", "Apache-2.0"],
        "OpenSSL": ["–", "Apache-2.0"],
        "pyinstaller": ["1.0", "GPLv2-or-later with a special exception"],
        "Python": [".".join(map(str, sys.version_info[:3])), "PSF-2.0"],
        "Runtime libraries of GCC": ["as in alpha 1.0", "GPL-3.0-or-later WITH GCC-exception-3.1"],
    }
    texts = files_in(whole.out / "licences")
    assert texts["alpha/LICENSE"] == b"The licence of alpha"
    assert b"Apache License" in texts["gamma/Apache-2.0.txt"]
    assert b"PYTHON SOFTWARE FOUNDATION LICENSE" in texts["Python/LICENSE.txt"]
    assert {"GCC/GPL-3.0.txt", "GCC/GCC-exception-3.1.txt", "beta/LICENSE"} < set(texts)
    folders = {folder for row in rows.values() for folder in re.findall(r"\(<(.*?)>\)", row[2])}
    assert folders == {f"licences/{path.split('/')[0]}" for path in texts}


@pytest.mark.skipif(sys.platform == "win32", reason="links are for few there")
def test_links_are_not_looked_at_twice(whole: Build) -> None:
    (whole.frozen / "_internal" / "libgfortran-elsewhere.so.5").symlink_to(
        whole.frozen / "_internal" / "alpha.libs" / "libgfortran-0a1b2c.so.5.0.0"
    )
    assert whole.list_parts() == 0
    assert whole.rows["Runtime libraries of GCC"][0] == "as in alpha 1.0"


def test_the_same_build_gives_the_same_list(tmp_path: Path, whole: Build) -> None:
    assert whole.list_parts() == 0
    again = Build(tmp_path / "again")
    for folder in ("site", "frozen"):
        for path, content in reversed(files_in(tmp_path / folder).items()):
            write(tmp_path / "again" / folder / path, content)
    again.modules = set(whole.modules)
    assert again.list_parts() == 0
    assert files_in(again.out) == files_in(whole.out)


def test_an_earlier_list_is_replaced(whole: Build) -> None:
    assert whole.list_parts() == 0
    before = files_in(whole.out)
    write(whole.out / "licences" / "gone" / "LICENSE", b"of a part that is gone")
    write(whole.out / "LICENSE", b"of GD Studio")
    assert whole.list_parts() == 0
    assert files_in(whole.out) == before | {"LICENSE": b"of GD Studio"}


def a_library_from_nowhere(build: Build) -> None:
    build.freeze("lib/libmystery.so.7", ELF)


def a_bundled_library_that_nobody_knows(build: Build) -> None:
    build.install("alpha", {"alpha.libs/libmystery-0a1b.so": ELF})
    build.freeze("alpha.libs/libmystery-0a1b.so", ELF)


def a_module_from_nowhere(build: Build) -> None:
    build.modules.add("mystery.inside")


def a_distribution_that_names_no_licence(build: Build) -> None:
    build.install("mystery", {"mystery.py": b""}, licence=None)
    build.modules.add("mystery")


def a_distribution_without_a_text(build: Build) -> None:
    build.install("mystery", {"mystery.py": b""}, licence="License: Mysterious", text=None)
    build.modules.add("mystery")


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (a_library_from_nowhere, "lib/libmystery.so.7"),
        (a_bundled_library_that_nobody_knows, "alpha.libs/libmystery-0a1b.so, in alpha"),
        (a_module_from_nowhere, "mystery.inside"),
        (a_distribution_that_names_no_licence, "mystery 1.0"),
        (a_distribution_without_a_text, "mystery 1.0"),
    ],
)
def test_what_cannot_be_attributed_is_refused_by_its_name(
    whole: Build, capsys: pytest.CaptureFixture[str], spoil, name
) -> None:
    spoil(whole)
    assert whole.list_parts() == 1
    assert name in capsys.readouterr().err
    assert not whole.out.exists()


def test_a_library_under_the_gpl_is_refused(
    build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    build.freeze("libreadline.so.8", ELF)
    assert build.list_parts() == 1
    assert "libreadline.so.8" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("licence", "is_copyleft"),
    [
        ("GPL-3.0-or-later", True),
        ("MIT AND GPL-2.0-only", True),
        ("AGPL-3.0-only", True),
        ("GPL-2+", True),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", False),
        ("LGPL-2.1-or-later", False),
        ("GPL-2+ or FTL", False),
        ("MPL-2.0 AND MIT", False),
    ],
)
def test_only_the_gpl_itself_spreads_to_the_program(licence, is_copyleft) -> None:
    assert module("part").is_copyleft(licence) is is_copyleft


def test_a_folder_that_is_no_frozen_build_is_said(
    build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    build.frozen = build.site
    with pytest.raises(SystemExit) as stopped:
        build.list_parts()
    assert stopped.value.code == 2
    assert f"{build.site} is no frozen build" in capsys.readouterr().err


def qt(build: Build, place: str) -> None:
    library = ELF + b"\0Qt 6.98.7 (x86_64-little_endian) built by\0"
    files = {
        f"{place}/libQt6Core.so.6": library,
        f"{place}/libicuuc.so.73": ELF,
        "PySide6/QtCore.abi3.so": ELF,
    }
    # As the wheels for Windows are: with a licence, but not with the one that is taken.
    choice = "License: LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"
    address = "Project-URL: Repository, https://code.qt.example/pyside"
    build.install(
        "PySide6_Essentials", files, licence=f"{choice}\n{address}", text="Commercial.txt"
    )
    for path, content in files.items():
        build.freeze(path, content)


@pytest.mark.skipif(sys.platform == "darwin", reason="a bundle has them in another place")
def test_what_is_under_the_lgpl_can_be_replaced_where_the_list_says(build: Build) -> None:
    qt(build, "PySide6/Qt/lib")
    assert build.list_parts() == 0

    assert build.rows["Qt"][0] == "6.98.7"
    assert {"ICU", "PySide6_Essentials"} < set(build.rows)
    section = build.document.split("## Libraries that you may replace")[1]
    assert "in `_internal/PySide6/Qt/lib`: `libQt6Core.so.6`\n" in section
    assert "in `_internal/PySide6`: `QtCore.abi3.so`\n" in section
    assert "libicuuc" not in section  # under a licence that does not ask for it
    assert "<https://code.qt.example/pyside>" in section
    for folder in ("Qt", "PySide6_Essentials"):
        text = (build.out / "licences" / folder / "LGPL-3.0.txt").read_text(encoding="utf-8")
        assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
        assert (build.out / "licences" / folder / "GPL-3.0.txt").is_file()


def test_nothing_is_said_of_replacing_where_nothing_asks_for_it(whole: Build) -> None:
    assert whole.list_parts() == 0
    assert "replace" not in whole.document


@pytest.mark.parametrize("has_mkl", [True, False])
def test_a_library_inside_another_is_found_by_what_it_says(build: Build, has_mkl) -> None:
    content = ELF + (b"Intel(R) oneAPI Math Kernel Library Version" if has_mkl else b"")
    build.install("torch", {"torch/lib/libtorch_cpu.so": content})
    build.freeze("torch/lib/libtorch_cpu.so", content)
    assert build.list_parts() == 0
    assert "torch" in build.rows
    assert any("Math Kernel Library" in name for name in build.rows) is has_mkl


def component(name: str, licence: str, **more: str) -> dict[str, object]:
    return {"name": name, "version": "2", "licenses": [{"expression": licence}], **more}


def test_what_is_compiled_into_a_part_is_listed_with_the_texts_of_its_licences(
    build: Build,
) -> None:
    components: Iterable[dict[str, object]] = [
        component("either", "MIT OR Apache-2.0"),
        component("both", "(MIT OR Apache-2.0) AND Unicode-3.0"),
        component("tool", "Zlib", scope="excluded"),
        component("itself", "MIT", purl="pkg:pypi/rusty@1.0"),
        {"name": "unsaid"},
    ]
    build.install("rusty", {"rusty.py": b""}, boms={"a.json": {"components": components}})
    build.modules.add("rusty")
    assert build.list_parts() == 0
    listed = "both 2 ((MIT OR Apache-2.0) AND Unicode-3.0), either 2 (MIT OR Apache-2.0)."
    assert f"- **rusty**: {listed}\n" in build.document
    texts = set(files_in(build.out / "licences" / "rusty"))
    assert texts == {"LICENSE", "Apache-2.0.txt", "Unicode-3.0.txt", "sboms/a.json"}


def test_on_debian_a_library_has_the_licence_of_its_package(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = module("libraries")
    answers = {
        "--search": "libodd1:amd64: /usr/lib/x86_64-linux-gnu/libodd.so.1\n"
        "aaa-program: /usr/lib/aaa-program/libodd.so.1\n"
        "libodd-doc: /usr/share/doc/libodd-doc/libodd.so.1\n",
        "--show": "1.2-3",
    }
    stated = tmp_path / "copyright"
    stated.write_text(
        "Format: 1.0\n\nFiles: *\nCopyright: someone\nLicense: Odd-1.0\n It is odd.\n\n"
        "Files: debian/*\nLicense: GPL-2\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(libraries.shutil, "which", lambda _: "/usr/bin/dpkg-query")
    monkeypatch.setattr(libraries, "dpkg_query", lambda *arguments: answers[arguments[0]])
    monkeypatch.setattr(libraries.Package, "copyright", stated)
    monkeypatch.setattr(module("inventory"), "debian_package", libraries.debian_package)
    build.freeze("libodd.so.1", ELF)

    assert build.list_parts() == 0
    assert build.rows["libodd1"][:2] == ["1.2-3", "Odd-1.0"]
    assert (build.out / "licences/libodd1/copyright.txt").read_bytes() == stated.read_bytes()


def test_what_is_known_of_libraries_refers_to_texts_that_are_there() -> None:
    known = module("libraries").known_libraries()
    texts = {path.name for path in (PACKAGING / "third_party" / "texts").glob("*.txt")}
    assert {text for library in known for text in library.texts} <= texts
    folders = [library.folder or library.name for library in known]
    assert len({folder.lower() for folder in folders}) == len(folders) > 0
    assert all(re.fullmatch(r"[\w. -]+", folder) for folder in folders)
