"""Post-processing: everything here reads and writes files and plain arrays, never solver objects."""
