"""Molecular dynamics by LAMMPS, a program of its own: decks that run without this package, the program, its results."""
