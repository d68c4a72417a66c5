"""What stands of a review or a conflict after any course of decisions and of taking them back."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from citylake.decisions import UNDO, Decision, standing_decisions

START = datetime.fromisoformat("2025-10-01T09:00:00")
Course = list[tuple[str, str]]
courses = st.lists(st.tuples(st.sampled_from(["R1", "R2"]), st.sampled_from(["same", "different", "accept", UNDO])))


def told(course: Course) -> tuple[list[Decision], dict[str, list[Decision]]]:
    """The decisions of a course, and the stack of each review: an undo takes the top away, and needs one."""
    decisions: list[Decision] = []
    stacks: dict[str, list[Decision]] = {"R1": [], "R2": []}
    for number, (review, verdict) in enumerate(course):
        stack = stacks[review]
        if verdict == UNDO and not stack:
            continue
        undoes = stack.pop().decision_id if verdict == UNDO else None
        made = Decision(
            f"{number:03}-{verdict}", review, verdict, START + timedelta(minutes=number), "张三", "理由", undoes
        )
        decisions.append(made)
        if verdict != UNDO:
            stack.append(made)
    return decisions, stacks


@given(courses)
def test_the_newest_decision_that_nobody_took_back_stands(course: Course) -> None:
    decisions, stacks = told(course)
    assert standing_decisions(decisions) == {review: stack[-1] for review, stack in stacks.items() if stack}


@given(courses, courses)
def test_reviews_do_not_touch_each_other(one: Course, other: Course) -> None:
    apart = [(review, verdict) for review, verdict in one if review == "R1"]
    both = standing_decisions(told(one + other)[0]).get("R1")
    alone = standing_decisions(told(apart + [(r, v) for r, v in other if r == "R1"])[0]).get("R1")
    assert (both and both.verdict) == (alone and alone.verdict)
