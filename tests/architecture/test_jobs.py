"""A job carries ids and words of closed lists; a person's data never reaches the queue."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from calla.kernel import jobs
from calla.kernel.jobs import PersonalArgument
from tests.architecture.checks.jobs import enqueued, more_than_ids
from tests.architecture.checks.tree import shop
from tests.architecture.planting import lines, none_of, plant


class Reason(StrEnum):
    CHANGED_MIND = "changed_mind"


class Number(Enum):
    SEVEN = 7


@dataclass(frozen=True)
class Person:
    name: str


@jobs.job
def remember(*arguments: object) -> None:
    """Never run: these tests look at what is stored."""


@pytest.mark.django_db
@pytest.mark.parametrize("personal", [
    "ada@a.example", "changed_mind", "", {"name": "Ada"}, ["Ada"], ("Ada",), b"Ada", Person("Ada"), True, None, 4.5,
    datetime(1990, 5, 1, tzinfo=UTC),
])
def test_the_queue_refuses_what_could_be_personal(personal: object) -> None:
    with pytest.raises(PersonalArgument) as refused:
        jobs.enqueue(remember, 7, personal)  # type: ignore[arg-type]
    assert "Ada" not in str(refused.value) and "ada" not in str(refused.value)
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db
def test_the_queue_takes_ids_and_words_of_closed_lists() -> None:
    order = UUID(int=5)
    jobs.enqueue(remember, 7, order, Reason.CHANGED_MIND, Number.SEVEN)
    assert ProcrastinateJob.objects.get().args == {"arguments": [7, str(order), "changed_mind", "7"]}


@pytest.mark.parametrize("argument", [
    "order.email", "email", "'ada@a.example'", "order", "details.name", "*arguments", "str(order.id)", "order.token",
    "paid", "{}",
])
def test_an_argument_that_is_no_id_is_found(argument: str) -> None:
    code = f"from calla.kernel import jobs as work\nwork.enqueue(post, order.id)\nwork.enqueue(post, {argument})\n"
    assert lines(more_than_ids([plant(code)])) == [3]


def test_ids_and_members_of_enumerations_are_fine() -> None:
    code = "from calla.kernel.jobs import enqueue\nenqueue(post, order.pk, letter_id, id, Reason.LATE, at=later)\n"
    assert enqueued([plant(code)]) == 1
    none_of(more_than_ids([plant(code)]))


def test_every_job_of_the_shop_is_given_ids() -> None:
    assert enqueued(shop()) >= 2
    none_of(more_than_ids(shop()))
