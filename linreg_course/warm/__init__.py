"""Kernels that are there at once: forked from a process that has imported everything, at the end of a socket."""
