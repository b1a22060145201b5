"""What a clinic reads: endpoints as pure functions of simulated courses, each with its definition and its source."""
