"""Numbers of cases that are chosen so that results come near to targets, and what the targets say of them."""
