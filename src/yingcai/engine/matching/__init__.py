"""Matching: who judges what, and what a panel's sheets come to. Pure: seeds and rows in, rows out.

assign > shortfall > draws; rank > sheets; verify > files > all of them. What a panel publishes is enough
to compute all of it again.
"""
