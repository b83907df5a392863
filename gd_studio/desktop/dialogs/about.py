"""What this is, and what it runs on."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from gd_studio import __version__
from gd_studio.link.environment import Environment


def show_about(parent: QWidget, environment: Environment | None) -> None:
    """Open the dialog."""
    rows = (
        "".join(
            f"<tr><td>{name}&nbsp;&nbsp;</td><td>{version}</td></tr>"
            for name, version in environment.versions.items()
        )
        if environment is not None
        else "<tr><td>The engine is still starting.</td></tr>"
    )
    box = QMessageBox(parent)
    box.setWindowTitle("About GD Studio")
    box.setText(
        f"<h3>GD Studio {__version__}</h3><p>See gradient descent happen.</p><table>{rows}</table>"
    )
    box.open()
