"""What goes into a frozen build, on the system that the tests run on."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

PRUNING = runpy.run_path(str(Path(__file__).parents[2] / "packaging" / "pruning.py"))
WHEELS = "/env/site-packages"


def is_kept(place: str, source: str | None = None) -> bool:
    return PRUNING["is_file_kept"](place, source or f"{WHEELS}/{place}", WHEELS)


@pytest.mark.parametrize(
    ("name", "is_in"),
    [("ssl", False), ("scipy.signal.windows", False), ("sslproto", True), ("torch._dynamo", True)],
)
def test_a_module_is_left_out_with_all_that_is_in_it_and_nothing_else(name, is_in) -> None:
    assert PRUNING["is_module_kept"](name) is is_in


@pytest.mark.parametrize(
    ("place", "is_in"),
    [
        ("torch/bin/torch_shm_manager", True),
        ("torch/bin/protoc", False),
        ("torch/lib/libtorch_cpu.so", True),
        ("torch/_dynamo/config.py", True),
        ("torch/nn/functional.py", True),
        ("torch/nn/modules/linear.py", False),
        ("gd_studio/engine/reference/newton.py", True),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", False),
        ("numpy-2.4.6.dist-info/METADATA", True),
        ("numpy-2.4.6.dist-info/direct_url.json", False),
        (r"torch\test\a.exe", False),
    ],
)
def test_of_a_package_what_nothing_needs_is_left_out(place, is_in) -> None:
    assert is_kept(place) is is_in


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all libraries come along")
def test_of_the_system_only_what_python_is_linked_with_comes_along() -> None:
    system = "/usr/lib/x86_64-linux-gnu"

    assert is_kept("libffi.so.8", f"{system}/libffi.so.8")
    assert not is_kept("libX11.so.6", f"{system}/libX11.so.6")
    assert not is_kept("libstdc++.so.6", f"{system}/libstdc++.so.6")


def test_a_link_is_kept_where_what_it_leads_to_is() -> None:
    assert is_kept("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6")
    assert not is_kept("libQt6Network.so.6", "PySide6/Qt/lib/libQt6Network.so.6")
