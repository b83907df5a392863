"""The gallery: every example as a card with a picture."""
