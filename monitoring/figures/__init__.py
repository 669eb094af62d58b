"""Read model to picture: plotly figures as plain dicts, which the screens draw without another check."""
