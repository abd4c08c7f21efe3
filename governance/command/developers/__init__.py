"""The public pages for those who connect a system: prose, examples that tests run, errors from the code."""
