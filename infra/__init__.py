"""The AWS side of Tagging as one CDK app, its files in the order of an item's path."""

import os

# jsii works on Node.js 20 but prints an end-of-life banner there; this turns it off for that version.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
