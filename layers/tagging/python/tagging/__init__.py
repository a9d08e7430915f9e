"""Support mail and pictures in, labels out."""
