"""Pieces that several tabs use, so that no tab imports another for them.

`query`, `examples` and `view` are the records that tabs share; `cards`, `formatting`, `plotting`,
`map_scale` and `colours` write and draw; `downloads` makes files. `lanes`, `guard` and
`work_estimate` run handlers, and `theme` is the look.
"""
