"""The explanation tab: what each residue and each atom contributes to a prediction.

`figures` draws the contributions and the test of them, `descriptions` puts the drawings into words,
`tables` and `card` write them out, `pocket` says what they find in structures, `files` saves them,
and `tab` lays them out and starts the computation.
"""
