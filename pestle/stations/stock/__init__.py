"""What the stock-room does: order, receive, put away."""
