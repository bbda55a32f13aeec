# Units and what goes with them.
