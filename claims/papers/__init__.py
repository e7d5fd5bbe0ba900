"""The papers, one package each, one module a topic, one claim a function, in the paper's order."""
