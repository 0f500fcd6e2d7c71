"""The path of the example's producers: profiles and papers, selection, mentoring, standing, as real services do it."""
