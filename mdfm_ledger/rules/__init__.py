"""What the posting rules of several event kinds share, each in one place."""
