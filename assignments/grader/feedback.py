"""A page for each student: points and hints for each task, and what a person wrote; no test, and nothing that runs."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment

from assignments.grader.course import Result
from assignments.grader.source import Assignment

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ title }}: feedback for {{ name }}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8888; }
td.points { white-space: nowrap; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid #8888; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
<p>{{ name }}: <strong>{{ "%g"|format(points) }} of {{ "%g"|format(most) }} points</strong>
{%- if waiting %}, and {{ "%g"|format(waiting) }} that are still to be marked by hand{% endif %}.</p>
{% if remarks %}<h2>Remarks</h2>
<ul>{% for remark in remarks %}<li>{{ remark }}</li>{% endfor %}</ul>
{% endif %}
<h2>Step by step</h2>
<table>
<thead><tr><th scope="col">step</th><th scope="col">points</th><th scope="col">hint</th></tr></thead>
<tbody>
{% for row in rows %}<tr><th scope="row">{{ row.step }}</th>
<td class="points">
{%- if row.points is none %}to be marked, {% else %}{{ "%g"|format(row.points) }} {% endif %}
of {{ "%g"|format(row.of) }}</td>
<td>{{ row.hint }}</td></tr>
{% endfor %}</tbody>
</table>
<h2>What you handed in</h2>
{% for id, text in answers.items() %}<h3>{{ id }}</h3>
<pre>{{ text }}</pre>
{% endfor %}
</main>
</body>
</html>
"""

TEMPLATE = Environment(autoescape=True, trim_blocks=True).from_string(PAGE)


def page(
    assignment: Assignment, result: Result, name: str, entered: dict[str, tuple[float | None, str]]
) -> str:
    """Return a student's page.

    Parameters
    ----------
    assignment : Assignment
        What was set.
    result : Result
        What became of it.
    name : str
        How to call the student.
    entered : dict
        What a person entered: cell -> points or None, and a comment.
    """
    rows = [
        row(assignment, mark.test, mark.points, mark.hint, entered) for mark in result.grading.marks
    ]
    for cell in assignment.of_kind("written"):
        rows.append(row(assignment, cell.id, None, "", entered))
    grading = result.grading
    return TEMPLATE.render(
        title=assignment.settings["title"],
        name=name,
        points=sum(r["points"] or 0 for r in rows),
        most=assignment.points,
        waiting=sum(r["of"] for r in rows if r["points"] is None),
        remarks=grading.remarks,
        rows=rows,
        answers={**grading.code, **grading.answers},
    )


def row(
    assignment: Assignment,
    step: str,
    points: float | None,
    hint: str,
    entered: dict[str, tuple[float | None, str]],
) -> dict[str, Any]:
    """Return one line of the table: what a person entered counts more than what the test gave."""
    by_hand, comment = entered.get(step, (None, ""))
    return {
        "step": step,
        "points": points if by_hand is None else by_hand,
        "of": assignment.cells[step].points,
        "hint": comment or hint,
    }
