"""Registers of other authorities that can be asked about a subject. One module for each way of asking.

``Register.ask`` answers, and never raises for a register that is out of order: that is an answer, too.
"""
