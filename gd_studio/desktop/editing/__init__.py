"""Undo and redo: what has been done to the experiment, and what that is called."""
