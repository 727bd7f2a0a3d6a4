"""The mutations tab: what each substitution of the pocket, a region or a list changes.

`figures` draws the changes as a map, `descriptions` puts it into words, and `tab` lays it out,
starts the scan and stops it.
"""
