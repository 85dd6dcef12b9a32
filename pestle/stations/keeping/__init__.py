"""Keeping the house itself: back-ups, restores, and the notice when there is no good one."""
