"""What is told of a run: on the terminal, in files for people, and in files for programs."""
