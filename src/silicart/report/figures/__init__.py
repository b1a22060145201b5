"""The report's figures, one family a file: pure functions from stored tables to a matplotlib figure."""
