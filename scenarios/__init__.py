"""What is assumed: scenario files, parameters, the record, and the words they share."""
