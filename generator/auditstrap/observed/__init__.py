"""What given files say about auditing, in one shape for every carrier, each value with its place."""
