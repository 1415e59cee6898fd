"""Real processes on this computer that train one model together; each has a part of the samples.

`task` is what they train, `ring` how they add their gradients, `worker` the program that each of them runs, and
`launch` starts them from a notebook, watches them and ends them.
"""
