"""The folder of each learner: her name in the export, made one that grading takes; nobody gets another one's."""

from collections import Counter
from collections.abc import Iterable, Mapping

from helpers.grading.exchange.record import Learner
from helpers.grading.exchange.whose import CANVAS, Owner

LONGEST = 60  # letters
HIDDEN = {"anon", "participant", "teilnehmer", "teilnehmer_in", "teilnehmerin"}  # stands for all where names are hidden
HIDDEN |= {"participante", "partecipante", "deelnemer", "deltagare", "参与者"}


def folders_of(owners: Iterable[Owner], last: Mapping[str, Learner]) -> dict[Owner, str]:
    """Return the folder of each owner: as the last time, else her name, with her id where it alone tells her apart.

    last: the learners of the lesson's earlier exports, by folder.
    """
    owners = list(dict.fromkeys(owners))
    again = {(learner.system, learner.id or learner.name): student for student, learner in last.items()}
    named = {owner: again[_key(owner)] for owner in owners if _key(owner) in again}
    same = Counter(safe(owner.name).casefold() for owner in owners)
    for owner in (owner for owner in owners if owner not in named):
        name = safe(owner.name)
        shared = same[name.casefold()] > 1 or name.casefold() in HIDDEN or owner.system == CANVAS
        name = f"{name}_{owner.id}" if owner.id and (shared or name in again.values()) else name
        while name in named.values():
            name += "-"
        named[owner] = name
    return named


def _key(owner: Owner) -> tuple[str, str]:
    return owner.system, owner.id or owner.name


def safe(name: str) -> str:
    """Return a name for a file or folder that leads nowhere else, and that grading takes."""
    name = "".join(letter if letter.isprintable() and letter not in '/\\:*?"<>|' else "_" for letter in name)
    return name.strip().lstrip(".-").strip()[:LONGEST].strip() or "nameless"
