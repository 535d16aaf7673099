"""Fields on a mesh: element tables, the fused element kernels, directions and recovered stress."""
