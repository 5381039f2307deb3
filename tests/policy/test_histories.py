"""What the program allows is what an independent reader of the file allows, through whatever happens to a person."""

from hypothesis import given, settings

from tests.policy.histories import histories


@settings(max_examples=300)
@given(histories())
def test_nobody_is_ever_allowed_more_than_the_sentences_in_force_for_them_say(history):
    """Judged after each step, as it was made."""
