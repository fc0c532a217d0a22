"""Rows of one kind within a form: some filled in, some spare; more are added with or without a script."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.http import QueryDict

from facilities.forms.acts import ActForm

MOST_ROWS = 200


class RowForm(ActForm):
    """One row. It counts if anything that its `decisive` fields ask for was entered."""

    use_required_attribute = False
    decisive: tuple[str, ...] = ()

    @property
    def filled(self) -> bool:
        """Whether the row was meant."""
        return any(str(self[name].value() or "").strip() for name in self.decisive)


class Rows:
    """Rows named `<prefix>-<number>-<field>`; `<prefix>-rows` says how many were sent.

    With `sent` as a draft they hold what was typed and are not checked yet.
    """

    def __init__(
        self,
        kind: type[RowForm],
        prefix: str,
        *,
        sent: QueryDict | None = None,
        draft: QueryDict | None = None,
        known: Sequence[Mapping[str, Any]] = (),
        spare: int = 3,
    ) -> None:
        self.kind, self.prefix = kind, prefix
        typed = sent if sent is not None else draft
        if typed is None:
            initial = [*known, *({} for _ in range(spare))]
        else:
            initial = [self._typed(typed, number) for number in range(self._count(typed))]
            initial += [{} for _ in range(spare if draft is not None else 0)]
        self.forms = [
            self._form(sent, f"{prefix}-{number}", values) for number, values in enumerate(initial[:MOST_ROWS])
        ]

    def _form(self, sent: QueryDict | None, prefix: str, values: Mapping[str, Any]) -> RowForm:
        """The row with what was sent. One that was not meant holds it unchecked, so that nothing is said of it."""
        form = self.kind(sent, prefix=prefix, initial=dict(values))
        return form if form.filled else self.kind(prefix=prefix, initial=dict(values))

    def __iter__(self) -> Iterator[RowForm]:
        return iter(self.forms)

    @property
    def blank(self) -> RowForm:
        """A row for a script to copy; its number is "__n__"."""
        return self.kind(prefix=f"{self.prefix}-__n__")

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.forms)

    @property
    def filled(self) -> list[RowForm]:
        """Those that were meant, in their order: the places that the domain speaks of."""
        return [form for form in self.forms if form.filled]

    def are_valid(self) -> bool:
        """Whether each of those that were meant can be read."""
        # Every one is asked, so that each shows its mistakes.
        return not [form for form in self.filled if not form.is_valid()]

    def tell(self, name: str, texts: Iterable[str]) -> bool:
        """Show what the domain says of `<prefix>-<place>-<field>` there; False if it is about something else."""
        prefix, _, rest = name.partition("-")
        place, _, field = rest.partition("-")
        if prefix != self.prefix or not place.isdigit() or int(place) >= len(self.filled):
            return False
        row = self.filled[int(place)]
        row.add_error(field if field in row.fields else None, list(texts))
        return True

    @property
    def wrong(self) -> bool:
        """Whether any of them has a mistake to show."""
        return any(form.is_bound and form.errors for form in self.forms)

    def _count(self, typed: QueryDict) -> int:
        number = typed.get(f"{self.prefix}-rows", "")
        return min(int(number), MOST_ROWS) if number.isascii() and number.isdigit() and len(number) < 6 else 0  # noqa: PLR2004 - no number that Python would refuse to read

    def _typed(self, typed: QueryDict, number: int) -> dict[str, Any]:
        return {name: typed.get(f"{self.prefix}-{number}-{name}", "") for name in self.kind.base_fields}
