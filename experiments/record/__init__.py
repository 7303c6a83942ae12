"""The observed record: its rows, and which numbers of the model they are held against."""
