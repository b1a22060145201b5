"""Reporter expression of a donor's T cells after mRNA electroporation, predicted from what is known of the donor."""

from silicart.product.donors.prediction import LEVEL, Predicted, predict_expression, predict_rows
from silicart.product.donors.prior import DONOR_MODEL, Prior, altered, donor_prior
from silicart.product.donors.series import Measured, Series, background, load_series, training_donors
from silicart.product.donors.table import DonorRow, donors_without_data, read_file, read_rows

__all__ = [
    "DONOR_MODEL",
    "LEVEL",
    "DonorRow",
    "Measured",
    "Predicted",
    "Prior",
    "Series",
    "altered",
    "background",
    "donor_prior",
    "donors_without_data",
    "load_series",
    "predict_expression",
    "predict_rows",
    "read_file",
    "read_rows",
    "training_donors",
]
