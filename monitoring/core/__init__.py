"""The lowest floor: language, names, levels, codes and tables of cells. Imports nothing of the floors above."""
