"""What a rebuild came to: figures by a referee, a page, and Markdown."""
