"""Where no registry of images can be reached: the four images under deploy/compose.yaml, made of Debian's packages.

`python -m tests.deploy.bases` makes them, as root, and prints the settings that name them; they are for trying
deploy/ out, not for running a town. What they have to do is what the images of the same names do for that file.
"""
