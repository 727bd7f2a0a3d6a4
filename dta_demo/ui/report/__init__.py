"""The report: a prediction as one HTML file that opens offline.

`report_file` writes it from the cards and figures of the tabs.
"""
