"""Nets for figures and controls."""
