"""The bound of the stack, on graphs as gcc writes them."""

import pytest

from snnedge.boards.firmware.stack_bound import LIBRARY_FRAME, bound


def graph(
    frames: dict[str, int], *calls: tuple[str, str], kind: str = "static", sort: str = ""
) -> tuple[str, str]:
    """Return what gcc writes of functions with these frames that call each other."""
    nodes = [
        f'node: {{ title: "{title}" label: "{title}\\nx.c:1:1\\n{size} bytes ({kind})" }}'
        for title, size in frames.items()
    ]
    edges = [f'edge: {{ sourcename: "{a}" targetname: "{b}" label: "x.c:2:1" }}' for a, b in calls]
    return sort, "\n".join(['graph: { title: "x.c"', *nodes, *edges, "}"])


def test_the_deepest_way_counts():
    text = graph({"main": 8, "a": 100, "b": 10, "c": 50}, ("main", "a"), ("main", "b"), ("b", "c"))
    assert bound([text], ["main", "a", "b", "c"]) == 108
    assert bound([text, graph({"d": 60}), graph({}, ("c", "d"))], [*"abcd", "main"]) == 8 + 10 + 50 + 60


def test_what_is_not_linked_does_not_count():
    text = graph({"main": 8, "x.c:a": 100, "unused": 9999}, ("main", "x.c:a"), ("unused", "x.c:a"))
    assert bound([text], ["main", "a"]) == 108


def test_a_function_of_the_library_is_allowed_for():
    assert (
        bound([graph({"main": 8}, ("main", "__aeabi_uidiv"))], ["main", "__aeabi_uidiv"])
        == 8 + LIBRARY_FRAME
    )


def test_a_pointer_reaches_each_sort_of_kind_once():
    """main -> step -> sum -> propagate, but not from a neuron to another neuron."""
    texts = [
        graph({"main": 1, "sum": 4000}, ("main", "__indirect_call"), ("sum", "__indirect_call")),
        graph({"a.c:step": 20}, ("a.c:step", "sum"), sort="neuron"),
        graph({"b.c:step": 300}, ("b.c:step", "sum"), sort="neuron"),
        graph({"c.c:propagate": 50_000, "c.c:pack": 600_000}, sort="synapse"),
    ]
    assert bound(texts, ["main", "step", "sum", "propagate"]) == 54_301
    assert bound(texts, ["main", "step", "sum", "propagate", "pack"]) == 604_301


@pytest.mark.parametrize("loop", [("a", "a"), ("b", "a")])
def test_a_recursion_has_no_bound(loop):
    text = graph({"main": 8, "a": 10, "b": 10}, ("main", "a"), ("a", "b"), loop)
    assert bound([text], ["main", "a", "b"]) is None


def test_a_frame_of_changing_size_has_no_bound():
    assert bound([graph({"main": 8}, kind="dynamic")], ["main"]) is None
    assert bound([graph({"main": 8}, kind="dynamic,bounded")], ["main"]) == 8


def test_no_functions_have_no_bound():
    assert bound([], []) is None
