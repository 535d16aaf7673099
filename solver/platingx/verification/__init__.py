"""The verification and validation book: problems with known answers, and what writes its pages."""
