"""Speed and accuracy of the access search, ours and the published packages', on the same work."""
