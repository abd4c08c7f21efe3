"""Tables of the registers, in reading order."""

from registers.models.households import Household, HouseholdLink, LinkContact
from registers.models.key_people import KeyPerson, KeyPersonNote, KeyPersonReader
from registers.models.moves import ResidentMove
from registers.models.places import SERVICE_VENUES, SMALL_VENUES, KeyPlace, PlaceKind
from registers.models.residents import CorrectionRequest, Resident, SpecialGroup
from registers.models.rulings import LookCount, Register, RegisterRule, RequiredField
from registers.models.visits import HouseholdVisit

__all__ = [
    "SERVICE_VENUES",
    "SMALL_VENUES",
    "CorrectionRequest",
    "Household",
    "HouseholdLink",
    "HouseholdVisit",
    "KeyPerson",
    "KeyPersonNote",
    "KeyPersonReader",
    "KeyPlace",
    "LinkContact",
    "LookCount",
    "PlaceKind",
    "Register",
    "RegisterRule",
    "RequiredField",
    "Resident",
    "ResidentMove",
    "SpecialGroup",
]
