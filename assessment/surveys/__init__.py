"""Surveys among residents: what each community answered, entered by people and counted by the engine."""
