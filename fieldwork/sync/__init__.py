"""Taking in what phones did while they had no line: once each, in order, with an answer for each."""
