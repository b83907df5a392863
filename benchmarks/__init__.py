"""Ratios against plain PyTorch, measured side by side: ``python -m benchmarks``."""
