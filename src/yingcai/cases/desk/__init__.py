"""What the officer's desk shows: lines of the inbox, facts and reasons of a case, its story, the moves."""
