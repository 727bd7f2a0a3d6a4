"""Frozen records that cross a border: from the predictor to figures, page and command line.

`prediction`, `attention`, `poolings` and `controls` each hold one record with the JSON document
that it prints; `applicability`, `group` and `region` hold the records that they share. Residues
are numbered from 1 in the sequence as given, and `units` writes affinities, where higher is
tighter.
"""
