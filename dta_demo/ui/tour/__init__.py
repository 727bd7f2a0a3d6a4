"""The tour: stories for who walks through the page, each a real pair on the real tabs.

`tour` lays it out and joins it to the boxes; its texts are in `dta_demo.ui.text.tour`. Nothing of a
result is prepared: a story fills the boxes, and the page predicts as for anyone.
"""
