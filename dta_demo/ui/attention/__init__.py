"""The attention tab: which residues the protein encoder attends to.

`choice` reads what is to be shown, `figure` draws it, `descriptions` puts that into words and
`tables` lists it; `tab`, `heads_panel` and `map_panel` lay it out. The full map is computed only on
request.
"""
