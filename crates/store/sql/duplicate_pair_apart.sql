select left_person, right_person from duplicate_pair where tenant = $1 and state = 'different'
