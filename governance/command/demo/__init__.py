"""The fictional demo city: territory, people, demo accounts and ninety days of history, from one seed."""
