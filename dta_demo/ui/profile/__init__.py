"""The kinome tab: one molecule against every human kinase, as a picture and as a ranking.

`tab` lays it out, `choice` says what is shown, and `figures`, `descriptions` and `tables`
draw and write it. The profile itself is `dta_demo.screening.profile`'s.
"""
