"""What keeps the records themselves: every row out and in again, and what came of each back-up."""
