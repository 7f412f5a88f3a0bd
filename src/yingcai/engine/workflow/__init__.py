"""Workflows of cases and clocks of working days. Pure: no database, no clock, no city.

A workflow comes from a pack (`model.py`); where one case stands is a `State` (`state.py`); `moves.py`
says what somebody may do and why not, `run.py` does it and tells what follows as plain data;
`terms.py` counts days on a `Calendar`. ``docs/workflows.md`` tells it in order.
"""
