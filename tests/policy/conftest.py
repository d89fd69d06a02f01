from hypothesis import settings

# The first look into a holiday calendar computes its year: how long that takes is not what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
