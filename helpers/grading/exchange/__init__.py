"""What a learning management system gives and takes: exports of submissions in, marks into its own tables back."""
