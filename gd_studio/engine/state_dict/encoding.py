"""Writing a state dict."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import torch

from gd_studio.link.arrays import Floats


def encode(parameters: Mapping[str, Floats]) -> bytes:
    """Return the bytes of a ``.pt`` file that holds `parameters`, in their precision."""
    buffer = io.BytesIO()
    torch.save({name: torch.from_numpy(np.array(v)) for name, v in parameters.items()}, buffer)
    return buffer.getvalue()
