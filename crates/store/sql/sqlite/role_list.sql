select '' where 1 = 0
