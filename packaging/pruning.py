"""What a frozen build leaves out of the packages that it is made of, and why.

PyInstaller takes packages whole. Here is what no part of GD Studio reaches; the tests run against
the frozen program (`make test-frozen`) are what says so.
"""

from __future__ import annotations

import sys
from fnmatch import fnmatch
from pathlib import Path

MODULES = (
    # Building and testing packages, talking to a terminal, drawing with other toolkits.
    *("setuptools", "distutils", "_distutils_hack", "pkg_resources", "lib2to3", "ensurepip"),
    *("tkinter", "curses", "readline", "sqlite3", "pydoc_data", "IPython"),
    # Numbers for the whole world, of the system's library; Python draws them as well.
    "_uuid",
    # Nothing here opens a connection; a copy of OpenSSL would only grow old. `hashlib` has its
    # own code for what it needs without.
    *("ssl", "_ssl", "_hashlib"),
    # What torch needs to compile, to partition graphs and to read files from elsewhere.
    *("networkx", "fsspec", "jinja2", "markupsafe", "filelock", "tensorboard"),
    # Pictures are written as PNG, with a font of matplotlib's own reading.
    *("PIL._avif", "PIL._imagingcms", "PIL._imagingft", "PIL._webp"),
    # Parts of scipy that scikit-learn does not stand on.
    *("scipy.cluster", "scipy.datasets", "scipy.differentiate", "scipy.fftpack", "scipy.odr"),
    "scipy.signal",
    *("pyqtgraph.console", "pyqtgraph.examples", "pyqtgraph.flowchart", "pyqtgraph.opengl"),
    *("PySide6.QtDBus", "PySide6.QtNetwork"),
)
"""Modules, with what is in them."""

FILES = (
    # torch's own tests, in Python and as programs, and compilers of protocols.
    "torch/bin/*",
    *("torch/test/*", "torch/testing/_internal/*", "torch/lib/libtorchbind_test.so"),
    *("torch/lib/libaoti_custom_ops.so", "torch/lib/libbackend_with_compiler.so"),
    *("torch/lib/libjitbackend_test.so", "torch/include/*", "torch/share/*"),
    # Reading of the Matrix Market format: loaded when a file of it is read.
    "scipy/io/_fast_matrix_market/_fmm_core.*",
    *("sklearn/datasets/images/*", "sklearn/*/tests/*", "sklearn/tests/*", "*.pyx", "*.pxd"),
    "*/__pycache__/*",
    *("matplotlib/mpl-data/sample_data/*", "matplotlib/mpl-data/fonts/afm/*"),
    *("matplotlib/mpl-data/fonts/pdfcorefonts/*", "pyqtgraph/icons/peegee/*"),
    # The window is in English, and so are Qt's own dialogs in it.
    "PySide6/Qt/translations/*",
    # Plug-ins of Qt's for the screen alone of a machine without a window system, for pictures of
    # kinds that are not shown, for networks.
    *("PySide6/Qt/plugins/egldeviceintegrations/*", "PySide6/Qt/plugins/generic/*"),
    *("PySide6/Qt/plugins/networkinformation/*", "PySide6/Qt/plugins/tls/*"),
    *("PySide6/Qt/plugins/platforms/libqeglfs.so", "PySide6/Qt/plugins/platforms/libqlinuxfb.so"),
    *("PySide6/Qt/plugins/platforms/libqminimal*.so", "PySide6/Qt/plugins/platforms/libqvnc.so"),
    "PySide6/Qt/plugins/platforms/libqvkkhrdisplay.so",
    # A GTK of the system's would be loaded with it, beside libraries of another age.
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
    *(f"PySide6/*/imageformats/*q{kind}.*" for kind in ("gif", "icns", "tga", "tiff", "wbmp")),
    "PySide6/*/imageformats/*qwebp.*",
    *("*libQt6EglF*", "*libQt6Network.*"),
    # Where a package was installed from: the same build elsewhere would differ by it.
    *("*.dist-info/direct_url.json", "*.dist-info/RECORD", "*.dist-info/INSTALLER"),
    "*.dist-info/REQUESTED",
)
"""Files, by where they would lie in the frozen folder."""

NEEDED = ("torch/bin/torch_shm_manager*",)
"""Files that go in although `FILES` has them."""

SOURCES = (
    *("torch/*config*.py", "torch/_sources.py"),
    *("torch/functional.py", "torch/nn/functional.py", "torch/nn/modules/rnn.py"),
)
"""Sources in Python that torch reads when it is loaded: settings, functions of several shapes."""

BROUGHT = ("libpython", "libffi", "liblzma", "libbz2")
"""Libraries of the building system's that a frozen build takes along, on Linux: Python's own.

All others are the system's to provide, in the versions that its drivers, fonts and themes go with;
the Debian package depends on them by name.
"""


def is_module_kept(name: str) -> bool:
    """Whether a Python module goes into the frozen build."""
    return not any(name == left or name.startswith(f"{left}.") for left in MODULES)


def is_file_kept(place: str, source: str, packages: str) -> bool:
    """Whether a file goes into the frozen build.

    Parameters
    ----------
    place
        Where it would lie in the frozen folder.
    source
        Where it comes from; of a link within that folder, where it leads.
    packages
        The folder of the Python packages that the build is made of.
    """
    place = place.replace("\\", "/")
    if _matches(place, NEEDED):
        return True
    if _matches(place, FILES) or _matches(source, FILES):
        return False
    if place.startswith("torch/") and place.endswith((".py", ".pyi")):
        return _matches(place, SOURCES)
    is_of_the_system = Path(source).is_absolute() and not source.startswith(packages)
    if sys.platform == "linux" and "/" not in place and ".so" in place and is_of_the_system:
        return place.startswith(BROUGHT)
    return True


def _matches(place: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(place, pattern) for pattern in patterns)
