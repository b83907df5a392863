"""The list of a frozen build's parts as a document, and their licences beside it."""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from pathlib import Path, PurePosixPath

from third_party import interpreter
from third_party.part import Part

DOCUMENT = "THIRD-PARTY.md"
FOLDER = "licences"

PLACE = "Contents/Frameworks" if sys.platform == "darwin" else "_internal"
"""Where the libraries lie: macOS gets a bundle, and a bundle has its own order."""

INTRODUCTION = f"""\
# Third-party software in GD Studio

GD Studio is under the licence in its file `LICENSE`. It comes with the parts below, which others
have made and which are each under a licence of their own. The texts of these licences lie in
`{FOLDER}`, in a folder for each part. This list was made from what is in this very build.
"""

REPLACEABLE = """\
## Libraries that you may replace

These parts are under the GNU Lesser General Public License (LGPL), which GD Studio takes where
there is a choice. It uses them as their makers have published them, without changes to their
source, and is linked to them dynamically: each library is a file of its own, which you may exchange
for one that you have built yourself. Nothing in GD Studio's licence keeps you from changing them,
or from taking the program apart to find mistakes in your changes.

{libraries}

To use libraries of your own:

1. Take the source of the same version, change it as you like, and build it as shared libraries for
   the same system and processor; PySide and Shiboken for Python {python} and this version of Qt.
2. Close GD Studio. Put your libraries in the place of those named above, under the same names, and
   keep the old ones elsewhere.
3. Start GD Studio, which does not look at whose libraries they are. macOS does: sign the
   application anew, with `codesign --force --deep --sign -` and its path.
"""

COMPILED_IN = """\
## What is compiled into the parts

By the parts' own lists. Where there is a choice, the licence is Apache-2.0.

{parts}
"""


def write(parts: list[Part], folder: Path) -> None:
    """Write the document and the licences into a folder, instead of earlier ones there."""
    licences = folder / FOLDER
    if licences.exists():
        shutil.rmtree(licences)
    for part in parts:
        for place, source in part.texts.items():
            target = licences / part.folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DOCUMENT).write_text(document(parts), encoding="utf-8", newline="\n")


def document(parts: list[Part]) -> str:
    """The list, as Markdown."""
    sections = [INTRODUCTION, table(parts)]
    replaceable = [replacement(part) for part in parts if "LGPL" in part.licence]
    if replaceable:
        python = next(part.version for part in parts if part.name == interpreter.NAME)
        sections.append(REPLACEABLE.format(libraries="\n".join(replaceable), python=python))
    compiled_in = [f"- **{part.name}**: {', '.join(part.inside)}." for part in parts if part.inside]
    if compiled_in:
        sections.append(COMPILED_IN.format(parts="\n".join(compiled_in)))
    return "\n".join(sections)


def table(parts: list[Part]) -> str:
    """The parts with version, licence and the folders of the texts."""
    rows = [("Part", "Version", "Licence", "Texts"), ("---",) * 4]
    for part in parts:
        name = f"[{part.name}](<{part.source}>)" if part.source else part.name
        rows.append((name, part.version, part.licence, ", ".join(folders_of(part))))
    lines = (" | ".join(cell.replace("|", r"\|") for cell in row) for row in rows)
    return "## The parts\n\n" + "".join(f"| {line} |\n" for line in lines)


def folders_of(part: Part) -> list[str]:
    """Where the texts of a part's licence are, as links."""
    own = [part.folder] if part.texts else []
    return [f"[{name}](<{FOLDER}/{name}>)" for name in [*own, *part.elsewhere]]


def replacement(part: Part) -> str:
    """Which files of a part can be replaced, and where its source is."""
    by_folder = defaultdict(list)
    for file in part.files:
        place = PurePosixPath(PLACE, file)
        by_folder[place.parent.as_posix()].append(f"`{place.name}`")
    where = "".join(f"\n  - in `{f}`: {', '.join(names)}" for f, names in sorted(by_folder.items()))
    source = f" Its makers publish the source at <{part.source}>." if part.source else ""
    return f"- **{part.name}**, {part.version}, {part.licence}.{source}{where}"
