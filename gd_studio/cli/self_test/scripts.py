"""Whether experiments can be exported as scripts."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from gd_studio.catalog import OPTIMIZERS
from gd_studio.cli.export import export


def wrong_scripts(folder: Path) -> Iterator[str]:
    """Export examples into `folder`, and compile what comes of them."""
    folder.mkdir()
    _compiled(folder / "iris.py", "softmax-iris")
    _compiled(folder / "purchase.py", "purchase-likelihood")
    if not (folder / "purchase-data.csv").is_file():
        yield "the table of purchases was not copied beside its script"
    for key, entry in OPTIMIZERS.items():
        if entry.reference:
            script = _compiled(folder / f"{key}.py", "linear-regression", [f"optimizer.key={key}"])
            if f"class {entry.reference}(" not in script:
                yield f"the script of the optimizer {key} lacks the class {entry.reference}"


def _compiled(path: Path, example: str, settings: Sequence[str] = ()) -> str:
    """Return an example's script; raises ``SyntaxError`` where it is none."""
    with contextlib.redirect_stdout(io.StringIO()):  # it says where the script is
        export(example, settings, None, path)
    script = path.read_text(encoding="utf-8")
    compile(script, str(path), "exec")
    return script
