"""The day of faults: programs are killed, partners fail and people collide while the made-up day goes on."""
