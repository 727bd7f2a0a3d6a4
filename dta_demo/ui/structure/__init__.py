"""The structure tab: values by residue on a 3D structure, and a conformer of the molecule.

`sources` and `store` read and keep structures, `residue_values` computes what they are coloured by,
and `scenes` places it. `viewer_frame` and `viewer_plot` draw the same scene in 3Dmol.js and in
Plotly, `descriptions` puts it into words, `stage` shows one of the two, `ligand_section` says what
lies around a drug, and `tab` and `conformer_section` lay it out.
"""
