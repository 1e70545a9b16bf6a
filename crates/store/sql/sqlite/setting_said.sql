select '' where $1 is not null
