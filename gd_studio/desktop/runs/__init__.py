"""The runs of a session: training them, listing them."""
