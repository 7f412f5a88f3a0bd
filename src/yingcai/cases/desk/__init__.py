"""What the officer's desk shows: lines of the inbox, the moves, what an appeal found out."""
