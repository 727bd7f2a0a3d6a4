"""The input boxes: they read what a visitor types and say how it was read.

`panel` lays out the boxes and the examples, writes the notes below them, and makes the query.
"""
