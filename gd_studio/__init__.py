"""GD Studio: see gradient descent happen."""

__version__ = "0.1.0"
