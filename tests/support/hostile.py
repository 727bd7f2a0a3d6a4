"""Text that would run in the page if any of it became HTML."""

HOSTILE = "<img src=x onerror=\"alert('x')\">"
