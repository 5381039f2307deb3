"""Products out of files. `run` reads, checks and saves one product after the other, each for itself."""

from calla.catalogue.importing.problems import FileRefused, Problem, Report
from calla.catalogue.importing.running import FORMATS, run

__all__ = ["FORMATS", "FileRefused", "Problem", "Report", "run"]
