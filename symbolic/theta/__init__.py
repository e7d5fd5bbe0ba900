"""The Mordell integral behind the moments of tanh: theta-type series and their tails."""
