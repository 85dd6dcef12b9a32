"""The product in the hand: filling, labels, the final check."""
