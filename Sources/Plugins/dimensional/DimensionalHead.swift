// DimensionalHead
