"""Kinases by themselves: names of targets, constructs, kinase domains and their landmarks.

`targets` reads a target's name and applies its mutations, which gives a `construct.Construct`.
`domains` finds kinase domains with a profile HMM, and `landmarks` names the gatekeeper, HRD, DFG
and others in them. `forms` cuts out what the model reads, `known` holds the forms that were
measured, and `recognition` finds a given sequence among them.
"""
