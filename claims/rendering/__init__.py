"""From a claim to text, LaTeX, Markdown, HTML and tables."""
