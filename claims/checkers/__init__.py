"""The checkers: the only functions that can mint evidence. Each does its check itself, then says what it found."""
