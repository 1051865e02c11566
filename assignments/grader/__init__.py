"""Grade notebooks of students, each alone in a sandbox.

The tests run here, outside; what they call runs inside. A submission is only ever data here: its code cells are
text that is sent into the sandbox, and its answers are numbers, strings and arrays that come back. So there is no
test inside to read, to patch or to forge.
"""
