"""What the observation sheet is measured against: grids that save each key by a rerun of Streamlit."""
