"""The AWS side of Tagging as one CDK app, its files in the order of an item's path."""

import os

# jsii prints an end-of-life banner on Node.js 20, which runs it well; this names the versions to be silent on.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
