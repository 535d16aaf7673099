"""What positions of atoms say: local order, clusters, fronts and the statistics of ordering. Arrays in, numbers out.

Positions are arrays (atoms, 3) in any one unit of length; nothing here knows of cases, programs or meshes.
"""
