"""What is said of a GPU that cannot be used, for each way in which GD Studio is installed."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
import torch

from gd_studio.engine.devices import environment
from gd_studio.link.environment import Device

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _linux_without_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setattr(torch.version, "hip", None)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


def cuda() -> Device:
    [device] = [d for d in environment().devices if d.key == "cuda"]
    return device


def pinned() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    [pin] = [d for d in project["dependencies"] if d.startswith("torch==")]
    return str(pin)


def test_under_pip_the_build_to_install_is_exactly_the_pinned_version() -> None:
    assert "no CUDA" in cuda().reason
    assert "pip uninstall torch" in cuda().remedy
    assert f"'{pinned()}'" in cuda().remedy


def test_an_installer_refers_to_pip(monkeypatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    assert cuda().remedy.startswith("This installer has PyTorch for the CPU.")
    assert "torch==" not in cuda().remedy


def test_a_build_with_cuda_needs_no_other_build(monkeypatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", "13.0")

    assert "no CUDA device or driver" in cuda().reason
    assert "driver" in cuda().remedy
    assert "uninstall" not in cuda().remedy


def test_on_a_mac_there_is_no_cuda_to_be_had(monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert "no CUDA" in cuda().reason
    assert cuda().remedy == ""


def test_a_gpu_that_can_be_used_needs_nothing(monkeypatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda number: f"Card {number}")

    devices = {device.key: device for device in environment().devices}
    assert devices["cuda:0"] == Device("cuda:0", "CUDA 0 · Card 0")


def test_the_handbook_names_the_pinned_version() -> None:
    section = re.search(r"^## GPU\n(.*?)^## ", (ROOT / "docs/handbook.md").read_text(), re.S | re.M)
    assert section is not None
    assert set(re.findall(r"torch==[\w.]+", section[1])) == {pinned()}
