"""Simulated traffic, answers and drift: what the figures of live quality are worth where the truth is known."""
