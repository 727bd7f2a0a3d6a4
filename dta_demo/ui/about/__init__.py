"""The about tab: how to read the number, what the model cannot do, and how large its errors are.

`tab` lays it out, and writes the table of errors and the facts about the model.
"""
