"""The parts of a page, by what they show. Each module fills one library; ``renwang_ui`` is their sum."""
