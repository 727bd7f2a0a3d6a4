"""Services of the process that know nothing of proteins: memory, threads, jobs and the network.

`cache` keeps results up to a number of bytes, `threads` and `loading` make computing and starting
fast, and `bundled` finds the files that come with the code. `download` streams files within
limits, `jobs` runs the requests of a server in bounded queues, and `limits` reads the server's
settings. `requests` notes how each request ended, which `logs` writes and `metrics` counts.
"""
