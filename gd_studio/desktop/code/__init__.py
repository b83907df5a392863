"""The experiment as a PyTorch script, to be read, copied and saved."""

from gd_studio.desktop.code.view import CodeView

__all__ = ["CodeView"]
