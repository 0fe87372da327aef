"""What the district commands: directives, who has taken note of them, what was reported."""
