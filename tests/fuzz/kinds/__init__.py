"""The kinds of input: a module each.

``make(random)`` returns the bytes of an input. ``attempt(content, folder)`` hands it to the program
as a user would, in a folder of its own, and says whether it was accepted; whatever it raises is a
finding. ``PATIENCE`` has the seconds that it may take, where 5 are too few.
"""
