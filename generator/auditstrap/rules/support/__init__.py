"""What rules share: their shape, correct examples, questions that several ask."""
