"""The fictional city: a pack's story told through the product's own actions."""
