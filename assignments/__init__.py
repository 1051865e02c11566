"""Assignments to hand out, and a grader that a submission cannot harm."""
