"""The commands of `tagging`, one file each; `main` mounts them."""
