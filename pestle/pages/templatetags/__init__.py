"""The words and parts that every template may use: `{% load words parts %}`."""
