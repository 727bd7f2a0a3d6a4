"""Files that the browser gets as they are: the style sheet, scripts and HTML templates.

`files` has their paths.
"""
