"""Every word that the page shows, one module for each part of the page.

`shared` has what several tabs use, `server` the refusals, and `page`, `inputs`, `prediction`,
`attention`, `pooling`, `explanation`, `structure`, `about` and `report` the words of those rooms.
A module imports the words of its own room as ``text`` and those of another as, for example,
``attention_text``.
"""
