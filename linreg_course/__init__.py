"""Helpers of the course *linear regression in PyTorch, the concise way*.

Nothing is imported here: a notebook pays only for the modules that it uses.
"""
