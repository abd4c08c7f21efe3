"""The language of the search box: `key:value` beside plain words, in Chinese or English, each a filter of the list.

`reading` turns text into the query string of the ticket list, `writing` turns such a query back into text, and
`completing` says what may follow. The keys are data (`keys`).
"""

from governance.command.searching.language.completing import Suggestion, examples, suggestions
from governance.command.searching.language.reading import Chip, Fault, Reading, read
from governance.command.searching.language.writing import written

__all__ = ["Chip", "Fault", "Reading", "Suggestion", "examples", "read", "suggestions", "written"]
