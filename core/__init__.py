"""The small bottom of the house: mixins, fields, the clock, jobs, errors. Imports no other room."""
