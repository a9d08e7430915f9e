"""The local cloud: the synthesised template's resources on moto, and its functions in processes of their own."""
