"""What is checked of the package before it is handed out."""
