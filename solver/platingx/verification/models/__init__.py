"""Small models that problems and tests share, in the real finite-element code path."""
