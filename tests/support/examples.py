"""Hypothesis profiles: `ci` for all tests, `dev` with a tenth of the examples for the fast lane."""

from hypothesis import settings

FULL = 100  # examples of the profile `ci` where a test names no number
LEAST = 3  # examples of any test in the profile `dev`

load_profile = settings.load_profile
settings.register_profile("ci", deadline=None, max_examples=FULL)
settings.register_profile("dev", deadline=None, max_examples=FULL // 10)


def examples(count: int, **options: object) -> settings:
    """Return settings with ``count`` examples in the profile `ci` and proportionally fewer in `dev`."""
    share = settings.default.max_examples / FULL
    return settings(max_examples=min(count, max(LEAST, round(count * share))), **options)
