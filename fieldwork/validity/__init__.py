"""Whether what grid workers report is valid information: reviewed by people, valid after three days without."""
