"""Schemas of an OpenAPI document against those of the contract document, keyword by keyword."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.drift.canonical import Root, Schema, canonical
from contracts.drift.difference import Difference, Level, Place
from contracts.drift.strain import Direction, Strain, strain
from contracts.drift.values import ABSENT, has, names, same

COMPONENTS = "#/components/schemas/"
FORBIDDEN: Schema = {"not": {}}
# Compared by methods of their own; `required` goes with the properties.
NESTED = frozenset({"properties", "required", "items", "additionalProperties", "anyOf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Schemas:
    """Compares schemas of two documents, used in one direction.

    *rules* has the rules of the document's components, by name; the field of a request names its own.
    """

    document: Root
    live: Root
    direction: Direction
    rules: Mapping[str, str]

    def differences(self, document: Any, live: Any, place: Place) -> Iterator[Difference]:
        """Yield where the schema *live* is not *document*; those of a component are told at its own place."""
        place = self._place_of(document, live, place)
        said, found = canonical(document, self.document), canonical(live, self.live)
        if said is None or found is None:
            yield place.differs(Level.BREAKING, document, live)
        elif (said.keys() == {"anyOf"}) != (found.keys() == {"anyOf"}):
            yield from self._branches(_branches(said), _branches(found), place)
        else:
            yield from self._keywords(said, found, place)

    def _place_of(self, document: Any, live: Any, place: Place) -> Place:
        name = _component(document)
        if name is not None:
            place = replace(place, rule=self.rules.get(name))
        elif isinstance(document, dict):
            place = place.at(rule=document.get("x-rule"))
        if _component(live) is None:
            return place
        return replace(place, pointer=live["$ref"][1:], provenance=None)

    def _keywords(self, said: Schema, found: Schema, place: Place) -> Iterator[Difference]:
        for keyword in names(said, found):
            document, live = said.get(keyword, ABSENT), found.get(keyword, ABSENT)
            if keyword not in NESTED and not same(document, live):
                yield from self._keyword(keyword, document, live, place.at(keyword))
        yield from self._properties(said, found, place)
        yield from self._required(said, found, place)
        for keyword in ("items", "additionalProperties"):
            yield from self._nested(keyword, said, found, place.at(keyword))
        if "anyOf" in said or "anyOf" in found:
            yield from self._branches(said.get("anyOf", []), found.get("anyOf", []), place)

    def _keyword(
        self, keyword: str, document: Any, live: Any, place: Place
    ) -> Iterator[Difference]:
        if keyword == "enum" and isinstance(document, list) and isinstance(live, list):
            for value in document:
                if not has(live, value):
                    yield place.removed(self._level(Strain.NARROWER), value)
            for value in live:
                if not has(document, value):
                    yield place.added(self._level(Strain.WIDER), value)
        elif keyword == "deprecated" or (keyword == "default" and not self._is_request):
            yield place.differs(Level.INFORMATIONAL, document, live)
        elif keyword == "default":
            yield place.differs(Level.BREAKING, document, live)
        else:
            yield place.differs(self._level(strain(keyword, document, live)), document, live)

    def _properties(self, said: Schema, found: Schema, place: Place) -> Iterator[Difference]:
        known, told = _object(said, "properties"), _object(found, "properties")
        for name in names(known, told):
            at = place.at("properties", name)
            if name not in told:
                at = self._place_of(known[name], None, at)
                yield at.removed(self._level_of_removed(name, said), known[name])
            elif name not in known:
                is_needed = self._is_request and name in _array(found, "required")
                yield at.added(Level.BREAKING if is_needed else Level.COMPATIBLE, told[name])
            else:
                yield from self.differences(known[name], told[name], at)

    def _level_of_removed(self, name: str, said: Schema) -> Level:
        if self._is_request:
            known = _object(said, "properties")[name]
            is_breaking = canonical(known, self.document) != FORBIDDEN
        else:
            is_breaking = name in _array(said, "required")
        return Level.BREAKING if is_breaking else Level.COMPATIBLE

    def _required(self, said: Schema, found: Schema, place: Place) -> Iterator[Difference]:
        """Yield which properties that both have, or neither, became required, or optional."""
        known, told = _object(said, "properties"), _object(found, "properties")
        document, live = _array(said, "required"), _array(found, "required")
        for name in names(document, live):
            if (name in known) != (name in told) or (name in document) == (name in live):
                continue
            at = self._place_of(known.get(name), None, place.at("required"))
            if name in document:
                yield at.removed(self._level(Strain.WIDER), name)
            else:
                yield at.added(self._level(Strain.NARROWER), name)

    def _nested(
        self, keyword: str, said: Schema, found: Schema, place: Place
    ) -> Iterator[Difference]:
        document, live = said.get(keyword, ABSENT), found.get(keyword, ABSENT)
        if isinstance(document, dict) and isinstance(live, dict):
            yield from self.differences(document, live, place)
        elif not same(document, live):
            yield place.differs(self._level(strain(keyword, document, live)), document, live)

    def _branches(self, said: Any, found: Any, place: Place) -> Iterator[Difference]:
        place = place.at("anyOf")
        if not isinstance(said, list) or not isinstance(found, list):
            yield place.differs(Level.BREAKING, said, found)
            return
        agreed = [[self._agree(one, other) for other in found] for one in said]
        gone = [one for one, row in zip(said, agreed, strict=True) if not any(row)]
        new = [one for at, one in enumerate(found) if not any(row[at] for row in agreed)]
        if len(gone) == len(new):
            for document, live in zip(gone, new, strict=True):
                yield from self.differences(document, live, place)
            return
        for document in gone:
            yield place.removed(self._level(Strain.NARROWER), document)
        for live in new:
            yield place.added(self._level(Strain.WIDER), live)

    def _agree(self, document: Any, live: Any) -> bool:
        return not any(self.differences(document, live, Place(source="")))

    @property
    def _is_request(self) -> bool:
        return self.direction is Direction.REQUEST

    def _level(self, strained: Strain) -> Level:
        return strained.level(self.direction)


def _component(schema: Any) -> str | None:
    """Return the name of the component that *schema* refers to, None if it is another schema."""
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    if not isinstance(reference, str) or not reference.startswith(COMPONENTS):
        return None
    return reference.removeprefix(COMPONENTS)


def _branches(schema: Schema) -> Any:
    return schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]


def _object(schema: Schema, name: str) -> Mapping[str, Any]:
    value = schema.get(name)
    return value if isinstance(value, dict) else {}


def _array(schema: Schema, name: str) -> list[str]:
    value = schema.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
