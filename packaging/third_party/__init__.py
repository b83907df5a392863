"""Whose work a frozen build contains besides GD Studio's own, and under which licences."""
