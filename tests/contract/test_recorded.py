"""The references and the integer model against recorded spikes of Brian2 and of the peers."""

import pytest
import recorded


@pytest.mark.parametrize("name", recorded.RECORDINGS)
def test_recorded_spikes_are_those_of_the_reference(name: str) -> None:
    if not recorded.path(name).exists():
        pytest.skip(f"not recorded: {recorded.RECORDINGS[name].install}, then tools/record {name}")
    assert recorded.RECORDINGS[name].holds(recorded.read(name)), (
        f"if the case has changed: tools/record {name}"
    )


def test_every_recording_belongs_to_a_case() -> None:
    assert {path.stem for path in recorded.FOLDER.glob("*.npz")} <= set(recorded.RECORDINGS)


@pytest.mark.parametrize("name", [name for name in recorded.RECORDINGS if name.endswith("-brian2")])
def test_a_moved_spike_is_found(name: str) -> None:
    arrays = recorded.read(name)
    arrays["spike_counts"][-1, -1] += 1
    assert not recorded.RECORDINGS[name].holds(arrays)
