"""What this machine can train on."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version

import torch

from gd_studio import __version__
from gd_studio.link.environment import Device, Environment

_NAMED = (
    "torch",
    "numpy",
    "scikit-learn",
    "pandas",
    "pydantic",
    "safetensors",
    "contourpy",
    "matplotlib",
)


class DeviceProblem(Exception):  # noqa: N818 - what is wrong is asked for, not the program
    """An experiment is for a device that this computer has not."""


def check_device(key: str) -> None:
    """Raise `DeviceProblem` where nothing can be put on the device `key`."""
    usable = [device.key for device in (_cpu(), *_cuda(), _mps()) if device.available]
    # "cuda" is the first of them.
    if key not in usable and key not in {name.partition(":")[0] for name in usable}:
        raise DeviceProblem(f"this computer has no device '{key}': choose another")


def environment() -> Environment:
    """Return versions, devices (those that cannot be used with the reason) and CPU threads."""
    versions = {"gd-studio": __version__, "python": platform.python_version()}
    versions |= {name: version(name) for name in _NAMED}
    return Environment(versions, (_cpu(), *_cuda(), _mps()), torch.get_num_threads())


def _cpu() -> Device:
    return Device("cpu", "CPU")


def _cuda() -> list[Device]:
    if torch.version.cuda is None and torch.version.hip is None:
        return [Device("cuda", "CUDA", "this build of PyTorch has no CUDA", _another_build())]
    if not torch.cuda.is_available():
        return [Device("cuda", "CUDA", "PyTorch finds no CUDA device or driver", _DRIVER)]
    return [
        Device(f"cuda:{i}", f"CUDA {i} · {torch.cuda.get_device_name(i)}")
        for i in range(torch.cuda.device_count())
    ]


_DRIVER = (
    "This build of PyTorch can use a GPU. If there is one in this computer, its driver is missing "
    "or too old: the handbook says more under GPU."
)


def _another_build() -> str:
    """Say how to get a build of PyTorch for a GPU."""
    if sys.platform == "darwin":  # there are none, and Apple's GPUs need no other
        return ""
    if getattr(sys, "frozen", False):
        return (
            "This installer has PyTorch for the CPU. For a GPU install GD Studio with pip: the "
            "handbook says more under GPU."
        )
    return (
        "Where GD Studio is installed, remove PyTorch with 'pip uninstall torch'. Then install the "
        "build for your GPU, with the command that 'Get started' on PyTorch's own pages puts "
        f"together, and 'torch=={torch.__version__.partition('+')[0]}' in it. The handbook says "
        "more under GPU."
    )


def _mps() -> Device:
    if not torch.backends.mps.is_built():
        return Device("mps", "MPS", "this build of PyTorch has no MPS: it is for macOS")
    if not torch.backends.mps.is_available():
        return Device("mps", "MPS", "needs an Apple GPU and macOS 14 or newer")
    return Device("mps", "MPS · Apple GPU")
