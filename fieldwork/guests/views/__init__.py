"""Pages of mobile grid workers, and of those who invite them."""
