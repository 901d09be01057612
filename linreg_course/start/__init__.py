"""The start page: the course's pages in order, how far a learner is, and whether the environment is as it should be."""
