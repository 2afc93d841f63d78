"""Two people, a terminal and the product: a story that is checked as it is told, and a load of them. Nothing of the service is imported."""
