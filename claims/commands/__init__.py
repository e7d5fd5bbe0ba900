"""The commands of `lemmata`, one module each; heavy imports happen inside them, when they run."""
