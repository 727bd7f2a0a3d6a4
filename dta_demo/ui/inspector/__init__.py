"""The encoder tab: ESM-2 by itself, for whoever fine-tunes it.

`parts` and `memory` show what trains and what a step takes, `truncation` what is cut, `machine`
what it runs on. `tuning` runs a small fine-tuning with `figures` of its losses, which
`descriptions` puts into words, `store` keeps it, `card` says what came of it, and `tuning_section`
lays it out.
"""
