"""The book of links tells the same from both ends, whatever was linked and taken away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qms.links.models import LinkBook

REF = st.tuples(st.sampled_from(["case", "document", "casework"]), st.sampled_from("ABC"))
ACT = st.tuples(st.booleans(), REF, REF, st.sampled_from(["about", "origin"]))


@given(st.lists(ACT, max_size=40))
def test_both_ends_always_agree_with_a_set_of_links(acts):
    book, known = LinkBook(), set()
    for puts, one, other, role in acts:
        if one == other:
            continue
        if puts:
            assert book.put(one, other, role, by="x", at="t") == ((one, other, role) not in known)
            known.add((one, other, role))
        else:
            assert book.drop(one, other, role) == ((one, other, role) in known)
            known.discard((one, other, role))
    assert len(book) == len(known)
    for ref in {end for one, other, _role in known for end in (one, other)}:
        told = {(role, way, other) for role, way, other, _by, _at in book.of(ref)}
        there = {(role, "to", other) for one, other, role in known if one == ref}
        back = {(role, "from", one) for one, other, role in known if other == ref}
        assert told == there | back
