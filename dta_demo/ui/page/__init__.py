"""The whole page: layout, events, endpoints, and the guards around them.

`layout` builds it and says how to launch it, `events` joins boxes and tabs, `header` is the part
above them, and `endpoints` are the same functions for programs. `blocks` and `middleware` answer
wrong, large or failed requests with a sentence.
"""
