"""Work in the background: take up solves, run the solver as a child process, report to the store."""
