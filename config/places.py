"""What access must know about areas, told from the register. Here, because access comes before the register on the way."""

from collections.abc import Collection

from django.db.models import Q

from renwang.foundation.access.kinds import Place, SubjectPlace
from renwang.loop.registry import queries as registry
from renwang.loop.registry.models import Division, Subject


class RegisterPlaces:
    """The divisions of the register as areas, and its subjects as what lies in them."""

    def lines(self, codes: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return for each known code the codes from the top of the tree down to it; one query."""
        prefixes = {code[:length] for code in codes for length in range(1, len(code) + 1)}
        known = set(Division.objects.filter(code__in=prefixes).values_list("code", flat=True))
        return {
            code: tuple(code[:length] for length in range(1, len(code) + 1) if code[:length] in known)
            for code in codes
            if code in known
        }

    def names(self, codes: Collection[str]) -> dict[str, str]:
        """Return the names of the known codes, in the reader's language."""
        return {division.code: division.called for division in Division.objects.filter(code__in=set(codes))}

    def named(self, name: str) -> list[Place]:
        """Return the areas that bear exactly this name."""
        found = Division.objects.filter(Q(name=name) | Q(name_en=name)).order_by("code")
        return [Place(division.code, division.called) for division in found]

    def below(self, areas: tuple[str, ...], most: int) -> list[Place]:
        """Return up to ``most`` areas in some prefixes, by code."""
        return [Place(division.code, division.called) for division in registry.divisions(areas=areas)[:most]]

    def subject(self, subject_id: int) -> SubjectPlace | None:
        """Return where a subject belongs; None when there is none."""
        found = Subject.objects.filter(pk=subject_id).first()
        return None if found is None else SubjectPlace(found.division_id, found.name)
