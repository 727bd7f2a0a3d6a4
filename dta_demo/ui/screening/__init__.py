"""The screening tab: many pairs at once, ranked, filtered and opened.

`running` predicts the rows of a list in steps, `store` keeps them, and `tab` lays everything out.
`tables`, `figures`, `descriptions` and `files` draw and write what is kept.
"""
