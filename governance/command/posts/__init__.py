"""People in posts as a spreadsheet: out with masked phones, in through the rules of staffing, row by row."""
