"""The commands of `sunseal-bid`, each a few lines over the parts that do the work."""
