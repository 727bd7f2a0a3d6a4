"""The prediction tab: one predicted affinity with its interval, and how far to trust it.

`cards` and `scale_bar` draw the result, `controls_card` its comparison with controls, and `tab`
lays them out.
"""
