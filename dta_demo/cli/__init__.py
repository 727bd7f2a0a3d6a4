"""The command line: ``python -m dta_demo VERB``, or ``dta-demo VERB`` once installed.

`main` builds the parser and runs a verb; `pair_verbs`, `evaluation_verbs` and `training_verbs` each
hold the options of a group of verbs and the functions that run them, and `options` what they share.
`output` prints JSON and figures, and `report` writes results line by line for people.
"""
