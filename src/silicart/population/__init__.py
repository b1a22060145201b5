"""Who is simulated: typical values drawn from uncertainty, patients from variability around them."""

from silicart.population.keys import uniform, uniforms
from silicart.population.population import Population, Rejections
from silicart.population.sampling import draw_population
from silicart.population.source import virtual_patients

__all__ = ["Population", "Rejections", "draw_population", "uniform", "uniforms", "virtual_patients"]
