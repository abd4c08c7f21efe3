"""What is issued to the base: tasks, inspections and documents by issuing line, month and place, year on year.

Sources are registered once (`sources`); months are counted by a task into cells (`counting`), so a page of two years
costs a few hundred rows. Behind every number stands the list of what was counted (`lists`).
"""
