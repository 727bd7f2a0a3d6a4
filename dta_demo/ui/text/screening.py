"""Words of the screening tab."""

from __future__ import annotations

TAB = "Screen"
INTRO = (
    "Predict many pairs at once: a list of molecules with the protein in the box, a list of "
    "proteins with the molecule in the box, or a table of pairs. Paste the list or upload a file: "
    "CSV, TSV, lines of SMILES, SDF or FASTA, packed with gzip or not. Rows that cannot be read "
    "are listed with their reason, and the others go on."
)
KIND = "What the list holds"
KINDS = {
    "molecules": "Molecules, for the protein in the box",
    "proteins": "Proteins, for the molecule in the box",
    "pairs": "Pairs of a protein and a molecule",
}
LIST = "List"
PLACEHOLDERS = {
    "molecules": "smiles,id\nCC(=O)Oc1ccccc1C(=O)O,aspirin\nCn1c(=O)c2c(ncn2C)n(C)c1=O,caffeine",
    "proteins": ">first\nMENFQKVEKIGEGTYGVVYKARNKLTGEV…\n>second\nMEEPQSDPSVEPPLSQETFSDLW…",
    "pairs": "protein,smiles,id\nMENFQKVEKIGEGTYGVVYKARN…,CC(=O)Oc1ccccc1C(=O)O,1",
}
UPLOAD = "Or upload a file"
INHIBITORS = "List the {count} named inhibitors"
START = "Screen"
EMPTY = "Paste a list or upload a file, and press “Screen”. Up to {rows} rows, {proteins} proteins."
NO_LIST = "Paste a list or upload a file first."
NO_PROTEIN = "Give a protein in the box: every molecule of the list is predicted with it."
NO_MOLECULE = "Give a molecule in the box: every protein of the list is predicted with it."
READING = "Reading the protein and the first rows…"
FORGOTTEN = "These rows had to make room for newer ones on this server: screen them again."

PROGRESS = "{rows} rows done, {rate} a second"
STOPPED = "Stopped after {rows} rows; what was done is kept."
DONE = "{rows} rows in {seconds}."
LONGER = "The list is longer than {limit} rows, the limit of this server: the rest was not read."

READ_AS = "Read as {format}."
COLUMNS = "Columns taken: {columns}."
COLUMN = "{what} from “{column}”"
WHAT = {"smiles": "SMILES", "protein": "protein", "id": "name"}
REPEATED = "{count} rows have a name that an earlier row has; all are kept."
COUNTS = (
    "{good} predicted, {faults} not readable, {outside} outside the training domain. The median "
    "pKd is {median}; {active} have a pKd of 7 or more (Kd of 100 nM or less)."
)
NOTHING = "No row could be predicted."

TOP = "The first of the ranking"
HISTOGRAM = "Predicted pKd of all rows"
INSIDE, OUTSIDE = "inside the domain", "outside the domain"
ROWS_AXIS = "rows"
RANKING = "Ranking"
SHOWN = "{shown} of {total} rows shown. Choose a row to open it in the other tabs."
SORT = "Order"
SORTS = {
    "affinity": "pKd, tightest first",
    "interval_low": "lower end of the interval",
    "probability_binds": "chance that it binds",
    "line": "as in the list",
}
LEAST = "pKd of at least"
ONLY_INSIDE = "Only inside the domain"
HEADERS = ["Line", "Name", "pKd", "Kd", "Interval", "Binds", "Group", "Domain", "Given"]
IN_DOMAIN, OUT_OF_DOMAIN = "inside", "outside"
FAULTS = "Rows that could not be read"
FAULT_HEADERS = ["Line", "Name", "Given", "Reason"]
FAULTS_SHOWN = "The first {shown} of {total} are listed; the files hold all."
CHOSEN = "Line {line}: {name}, pKd {pkd}."
OPEN = "Open as a prediction"
CSV, JSONL, PARQUET = "Save as CSV", "Save as JSON Lines", "Save as Parquet"
NO_PARQUET = "Parquet needs pyarrow, which is not installed on this server: save CSV or JSON Lines."

# The histogram in words
HISTOGRAM_DESCRIPTION = (
    "Histogram of the predicted pKd of {rows}, from {lowest} to {highest} with a median of "
    "{median}, in bins {width} wide."
)
NO_ROWS = "Histogram of the predicted pKd: no row is shown."
BINS = {
    True: "Inside the domain, {rows}: {bins}.",
    False: "Outside the domain, {rows}: {bins}.",
}
ROW, BIN = "row", "{low} to {high}"
