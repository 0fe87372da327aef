"""The door for programs: check-ins, single or many, each acknowledged only after its commit."""
