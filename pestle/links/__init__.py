"""Conversations with partners over real sockets."""
