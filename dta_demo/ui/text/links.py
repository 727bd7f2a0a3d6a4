"""Words of links to a pair, and of the inputs that a browser keeps."""

from __future__ import annotations

COPY, FORGET = "Copy link", "Forget my inputs"
COPIED = "The link is copied. It opens this pair and this tab."
IN_ADDRESS = "The browser did not let the link be copied: it stands in the address bar now."
UNREADABLE = "The link could not be read. The boxes were left as they are."
RESTORED = (
    "Your last inputs are back. Only this browser keeps them; “Forget my inputs” deletes them."
)
FORGOTTEN = "Your inputs are no longer kept in this browser."
