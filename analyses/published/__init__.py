"""What a paper prints, as data: `published.toml`, its numbers, their places and relations."""
