"""Whether this machine is fit for the program, and the program right on it."""
