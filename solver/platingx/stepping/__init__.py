"""Time stepping: a pure step-size controller and the march over steps."""
