"""Cox, logistic and Fine–Gray regression, and how a model is built."""
