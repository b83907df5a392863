"""The panels at the left: each shows and edits one part of an experiment, and knows no other."""
