"""Words of the structure tab: sources, colours, viewers and the conformer."""

from __future__ import annotations

from dta_demo.ui.text.pooling import NAMES
from dta_demo.ui.text.shared import NUMBER, RESIDUE

TAB = "Structure"
INTRO = (
    "The same numbers in space. Provide a structure of the protein, and its residues are coloured "
    "by attention, pooling weight or contribution to the prediction. **The model has not seen "
    "it**: it reads only the sequence and the molecule's 2D structure."
)

# The sources
FILE_LABEL = "Structure file: PDB or mmCIF"
ID_LABEL = "Or fetch: UniProt accession or PDB ID"
ID_PLACEHOLDER = "P00519 or 2HYY"
FETCH = "Fetch structure"
BUNDLED = "Show ABL1 with imatinib (2HYY)"
HINT = (
    "Files may have up to 50 MB (mmCIF: 20 MB) and 100,000 atoms. A UniProt accession fetches the "
    "predicted model from AlphaFold DB, a PDB ID the measured structure from the PDB; only what "
    "is in that box is sent there."
)
EMPTY = "No structure yet: upload a file, fetch one, or show the one that comes with the page."
READ = "{source}: {chains} read."
YOUR_FILE, PROTEIN_CHAIN = "Your file", "protein chain"
UPLOAD_GONE = "The uploaded file is no longer there. Upload it again."
FORGOTTEN = "This structure had to make room for those of other visitors. Upload or fetch it again."

# The colours
COLOUR_LABEL = "Colour by"
POOLING_WEIGHT = "Pooling weight: {name}"
COLOURS = {
    "attention": "Attention received",
    "mean": POOLING_WEIGHT.format(name=NAMES["mean"].lower()),
    "max": POOLING_WEIGHT.format(name=NAMES["max"].lower()),
    "attention pooling": POOLING_WEIGHT.format(name=NAMES["attention"].lower()),
    "attribution": "Contribution to the prediction",
    "mutations": "Mean change by mutations",
}
ATTENTION_OF_LAYER = "{attention}, layer {layer}, mean over heads"
SCAN_FIRST = "Scan this pair in the Mutations tab first: the colours are the mean changes there."
SIGNS = "Blue lowers the predicted affinity, orange raises it. "
POINT = "Point at a residue to see its name. The {count} that stand out most are shown as sticks."
TABLE = "Residues by value"
HEADERS = [RESIDUE, NUMBER, "In the file", "Value"]

# The ligand
TOUCHES, TOUCHING = "{residue}, within 5 Å of {ligand}", "Within 5 Å of the ligand"
CLOSE = "Zoom in on the ligand"
LIGAND_TITLE = "What lies around the ligand"
LIGAND_CONTACTS = (
    "{count} {verb} within 5 Å of {ligand} ({label} in chain {chain}), in the file's numbers: "
    "{names}. In the picture they have green marks and thin side chains; the ligand is drawn as "
    "sticks with green carbons."
)
LIES, LIE = "lies", "lie"
RESIDUE_NOUN, MORE = "residue", "{count} more"
OTHER_LIGANDS = (
    "{count} ligands touch this chain. Shown is the largest, or of equals the one with the most "
    "residues around it."
)
WHOSE_LIGAND = "The ligand is the file's, whichever molecule the prediction is for."
COLOUR_FINDS = (
    "How well this colouring finds them: area under the ROC curve {area:.2f} (0.50 by chance), and "
    "a precision of {precision:.2f} among the {count} with the {largest} values ({chance:.2f} by "
    "chance)."
)
POCKET_FINDS = (
    "All {pocket} positions of the pocket, whatever the molecule: {area:.2f} and {precision:.2f}."
)
COUNTED = "Counted are the {count} that the model reads and the structure shows."
COUNTED_KNOWN = "Counted are the {count} that were scanned and that the structure shows."
LARGEST, LARGEST_EITHER_WAY = "largest", "largest positive or negative"

# The viewers
TURN_AND_ZOOM = "Drag to rotate, scroll to zoom."
VIEWER_LINES = {
    "3dmol": f"Viewer: 3Dmol.js, loaded from {{host}}. {TURN_AND_ZOOM}",
    "plotly": (
        "Viewer: Plotly, because 3Dmol.js could not be loaded from {host}. " + TURN_AND_ZOOM
    ),
}
THIS_SERVER = "this server"
FRAME_PROTEIN, FRAME_MOLECULE = "Structure of the protein in 3D", "Molecule in 3D"
FRAME_MISSING = (
    "The picture cannot be drawn: 3Dmol.js did not load, or the browser does not support WebGL."
)

# The conformer
CONFORMER_TITLE = "The molecule in 3D"
CONFORMER_HINT = "One conformer of the molecule, computed from its SMILES."
CONFORMER_BUTTON = "Show the molecule in 3D"
CONFORMER_NOTE = (
    "Embedded with ETKDG. This is one of many possible conformers, and not the one in which the "
    "molecule binds, which is not known here."
)

# The pictures in words
PROTEIN_DESCRIPTION = (
    "Structure of {protein} in 3D: {residues} residues of chain {chain}. Colours: {values}, from "
    "{low} to {high} {unit}."
)
PROTEIN_TOP = (
    "Those that stand out most, drawn as sticks, are {top}. The table below has them, too."
)
LIGAND_DESCRIPTION = (
    "The ligand {ligand} is drawn, and {count} residues within 5 Å of it are marked: {names}."
)
MOLECULE_DESCRIPTION = (
    "One conformer of {molecule} in 3D, coloured by element: {elements}, with {bonds} bonds; "
    "{length} by {width} by {depth} Å between the outermost atoms."
)
