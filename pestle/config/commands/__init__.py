"""The sub-commands of `pestle`, one module each: NAME, HELP, configure(parser), run(args)."""
