"""The engine: torch lives here and only here. A process of its own, asked through the link."""
