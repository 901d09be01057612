"""The grades of a class as files, each in the form that its reader asks for."""
