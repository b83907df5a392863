"""What a run leaves: append-only columns, and their decimation for drawing. No torch, no Qt."""

from gd_studio.recording.decimation import thin_curve, thin_path
from gd_studio.recording.recording import Recording
from gd_studio.recording.run import Run, RunState

__all__ = ["Recording", "Run", "RunState", "thin_curve", "thin_path"]
