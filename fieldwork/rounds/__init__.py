"""The worker's round on the phone: pages of patrols and visits, and the same deeds sent without a line."""
