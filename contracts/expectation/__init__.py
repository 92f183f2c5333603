"""What the contract makes of a request, read independently of any server: broken rules, or a video and its bill."""
