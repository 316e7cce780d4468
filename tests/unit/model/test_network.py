"""Graphs made in Python: a part of a wrong type is refused by its field, in one line."""

from dataclasses import replace

import pytest
from networks import random_network

from snnedge.errors import InputError
from snnedge.kinds import synapse


def changed(part: str, **fields):
    """The network with ``fields`` of its encoder, readout, or first population or projection replaced."""
    net = random_network(hidden=4)
    found = getattr(net, part)
    new = (
        (replace(found[0], **fields), *found[1:]) if isinstance(found, tuple) else replace(found, **fields)
    )
    return replace(net, **{part: new})


@pytest.mark.parametrize(
    ("part", "kind", "remedy"),
    [
        ("encoder", "poisson", r"snnedge\.kinds\.encoder\('poisson'\)"),
        ("populations", "lif", r"snnedge\.kinds\.neuron\('lif'\)"),
        ("projections", "dense", r"snnedge\.kinds\.synapse\('dense'\)"),
        ("populations", synapse("dense"), r"snnedge\.kinds\.neuron\(NAME\)"),
        ("populations", None, r"snnedge\.kinds\.neuron\(NAME\)"),
    ],
)
def test_a_kind_that_is_no_object_of_its_sort_is_refused(part, kind, remedy):
    with pytest.raises(InputError, match=rf"{part}.*kind.*{remedy}"):
        changed(part, kind=kind)


@pytest.mark.parametrize("shape", [[4], "4", 4, ("a",), (-2, -2), (1, 1, 1, 4), (2**32, 2**32, 4)])
def test_a_shape_that_is_no_tuple_of_sizes_is_refused(shape):
    with pytest.raises(InputError, match=r"populations\.hidden\.shape"):
        changed("populations", shape=shape)


@pytest.mark.parametrize("names", [None, "abc", (1, 2, 3), ["a", "b", "c"]])
def test_class_names_that_are_no_tuple_of_texts_are_refused(names):
    with pytest.raises(InputError, match="class_names"):
        changed("readout", class_names=names)
