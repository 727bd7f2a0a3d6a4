"""Checking of the proteins and molecules that a visitor types, pastes or uploads.

`protein` and `molecule` read text into a frozen record with a receipt of every change, and refuse
the rest with the one-sentence `errors.InputError`; text is only ever read as data: no file or
address is opened. The names of kinases and inhibitors are read by `kinases.naming` and
`molecules.naming`, which come here with everything else.
Below them, `formats` tells one notation from another, `smiles_text` and `molecule_size` check a
SMILES before RDKit perceives it, `standardisation` and `spelling` give a molecule its one form,
`smiles_faults` explains an invalid SMILES, and `wording` holds pieces of the sentences.
"""
