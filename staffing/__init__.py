"""Who stands in the grids: templates, vacancies, leave, teams, party organisations, training, duty roster."""
