"""Floor 6: from a case and a mesh to fields, contributions and constraints, and the quantities of a state."""
