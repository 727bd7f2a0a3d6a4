"""The web page: it shows what the predictor computes, and computes nothing about affinity itself.

`page` puts the page together and starts at the top; each tab has a room (`prediction`,
`attention`, `explanation`, `pooling`, `structure`, `about`), `inputs` has the boxes and `report`
the file to download. Below them, `shared` has what several tabs use, `static` the style sheet
and scripts, and `text` every word that is shown.
"""
