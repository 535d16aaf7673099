"""The problems of the book, one module each, with a ``PROBLEM`` in it."""
