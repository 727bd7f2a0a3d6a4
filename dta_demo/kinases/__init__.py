"""Kinases by themselves: names of targets, constructs, kinase domains and their landmarks.

`targets` reads a target's name and applies its mutations, which gives a `construct.Construct`.
`domains` finds kinase domains with a profile HMM, and `landmarks` names the gatekeeper, HRD, DFG
and others in them.
"""
