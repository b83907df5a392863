"""State dicts as the bytes of ``.pt`` files: written by torch, read without it.

``torch.load`` makes whatever a file describes, and a file of a kilobyte can describe gigabytes. So
a file is read as inert data here: first its names and shapes, which are held against its size and
against the model, and then its numbers. Nothing in a file is ever imported, called or unpacked, and
reading one does not even load torch.
"""
