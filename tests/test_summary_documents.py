"""The summary on paper and as files: every figure is that of the tables, sums add up, texts stay texts, it prints."""

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given, settings
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from monitoring.core.names import FullName
from monitoring.core.scale import STAGES, SheetState, Stage
from monitoring.documents import summary_csv, summary_pdf, summary_xlsx
from monitoring.documents.heat import heat_colour
from monitoring.record.database import database_at
from monitoring.results import summary
from monitoring.results.summary import COUNTS, GroupSummary, OrganisationSummary, Subject
from tests.conftest import found_school
from tests.drawn import SIZES, DrawnChild, DrawnYear, Ground, Stay, drawn_years, ground, placed
from tests.test_summary import OCTOBER, throughout

START, MID, FINAL = STAGES
