"""What is taken out of use: recalls, what has expired, what goes back to suppliers, suspect product."""
