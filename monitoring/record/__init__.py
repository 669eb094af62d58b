"""What is on record: the tables, the database under them, who may touch them, and what day it is there."""
