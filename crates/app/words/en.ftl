# Payung's catalogue of words: English. One sentence for one code.
# Every problem has two parts: what is wrong, and (.remedy) what to do.

## Problems of a row

problem-CELL_ERROR = The cell holds a spreadsheet error.
    .remedy = Type its content again as plain text.
problem-FORMULA_WITHOUT_VALUE = The cell holds a formula without its result.
    .remedy = Open the file in Excel and save it again, or type the result.
problem-DITTO = A ditto mark, read as the row above.
    .remedy = Nothing to mend. Check it if the rows were sorted.
problem-ROW_KEY_UNKNOWN = The row key was changed or belongs to another file.
    .remedy = Copy the key back from the file we sent, or clear it if this is a new person.
problem-NIK_MISSING = The NIK is empty.
    .remedy = Fill in the 16 digits from the identity or family card.
problem-NIK_NAME_SWAPPED = The NIK column holds a name and the name column a number.
    .remedy = We read them the other way round. Make sure both are right.
problem-NIK_ROUNDED = The spreadsheet damaged this NIK: its last digit became 0.
    .remedy = Make the NIK column Text, type the number again from the card, and send it again.
problem-NIK_LETTERS_READ_AS_DIGITS = The NIK has letters, such as O for 0.
    .remedy = We read them as digits. Make sure the result equals the card.
problem-NIK_NOT_DIGITS = The NIK has characters that are not digits.
    .remedy = Write 16 digits only, without letters or marks.
problem-NIK_LENGTH = A NIK has 16 digits. This one has { $detail }.
    .remedy = Look at the card again and write it anew.
problem-NIK_PROVINCE = The first two digits of the NIK are no province.
    .remedy = Look at the card again and write it anew.
problem-NIK_DATE = The date inside the NIK (digits 7 to 12) cannot exist.
    .remedy = Look at the card again and write it anew.
problem-NIK_SERIAL = The last four digits of a NIK are never 0000.
    .remedy = Look at the card again and write it anew.
problem-NIK_IS_KK = This looks like a family card number (KK), not a NIK.
    .remedy = Fill in this person's NIK. The KK number heads the card; the NIK stands on each name's line.
problem-NIK_REGION_UNKNOWN = The district in the NIK is in none of our lists.
    .remedy = Nothing to mend if it equals the card.
problem-NIK_BIRTH_DIFFERS = The birth date in the NIK differs from the one written.
    .remedy = Compare both with the card. If the card says so, leave it.
problem-NIK_SEX_DIFFERS = The sex in the NIK differs from the one written.
    .remedy = Compare with the card. If the card says so, leave it.
problem-KK_MALFORMED = The family card number is incomplete or mistyped.
    .remedy = Fill in its 16 digits, or leave it empty.
problem-NAME_MISSING = The name is empty.
    .remedy = Fill in the full name as on the card.
problem-NAME_NOT_A_NAME = The name column does not hold a person's name.
    .remedy = Fill in the full name as on the card.
problem-NAME_TOO_LONG = The name has more than 100 letters.
    .remedy = Write one person's name on one row.
problem-BIRTH_DATE_FROM_NIK = No birth date; the one in the NIK was taken.
    .remedy = Fill in the birth date from the card to make sure.
problem-BIRTH_DATE_MISSING = The birth date is empty.
    .remedy = Fill in the birth date, for example 17-08-1962.
problem-BIRTH_DATE_UNREADABLE = The birth date cannot be read.
    .remedy = Write day-month-year, for example 17-08-1962.
problem-BIRTH_DATE_AMBIGUOUS = Day and month of the birth date could be swapped.
    .remedy = Write the month in letters, for example 5 Maret 1970.
problem-BIRTH_DATE_OUT_OF_RANGE = The birth date makes no sense.
    .remedy = Check the year of birth and write it anew.
problem-SEX_FROM_NIK = No sex given; the one in the NIK was taken.
    .remedy = Nothing to mend if it is right.
problem-SEX_UNREADABLE = The sex cannot be read.
    .remedy = Write L for male or P for female.
problem-PLACE_OUTSIDE = The address is outside the sender's territory.
    .remedy = Check village and district. People of another region are registered there.
problem-PLACE_UNKNOWN = The village or district is in no list of regions.
    .remedy = Write the village as on the card.
problem-PLACE_OTHER_VILLAGE = The address is in another village than the sender's.
    .remedy = Make sure that village does not send this person too.
problem-OCCUPATION_MISSING = The occupation is empty.
    .remedy = Fill in the occupation, for example nelayan, petani or ketua RT.
problem-OCCUPATION_UNKNOWN = The occupation is not on the list.
    .remedy = Choose the nearest one of the list, for example nelayan, petani or pedagang.
problem-PHONE_UNREADABLE = The telephone number cannot be read.
    .remedy = Write one number, for example 0812-3456-7890, or leave it empty.
problem-INCOME_UNREADABLE = The income cannot be read.
    .remedy = Write rupiah a month, for example 1.500.000.
problem-DUPLICATE_IN_FILE = The same person stands in row { $detail }.
    .remedy = Delete one of the rows. This one is not counted.
problem-DUPLICATE_IN_PROGRAMME = The same person is on another list of this programme.
    .remedy = Nothing to mend. The row is not counted twice.
problem-NIK_SHARED = One NIK is used by two different people.
    .remedy = Look at both cards and mend the wrong NIK.
problem-SAME_PERSON_OTHER_NIK = Name and birth date equal another person's, under another NIK.
    .remedy = Look at the cards. If it is one person, delete a row; if two, say so in the note.
problem-DUKCAPIL_UNKNOWN = The civil registry's reply does not have this NIK.
    .remedy = Compare the NIK with the card, or ask the registry.
problem-DUKCAPIL_DIFFERS = Name or birth date differ from the civil registry's reply.
    .remedy = Compare with the card.
problem-ON_DEATH_LIST = Recorded as dead on the list of { $detail }.
    .remedy = If alive, add a letter of the village. If true, the family may have a right to a benefit.
problem-ON_ASN_LIST = Recorded as a civil servant on the list of { $detail }.
    .remedy = Civil servants are insured elsewhere. If this is wrong, ask the personnel agency.
problem-AGE_OVER_LIMIT = { $detail } years old at registration; the limit is under 65.
    .remedy = Cannot be registered by the rule. If the birth date is wrong, mend it.
problem-AGE_UNDER_MINIMUM = { $detail } years old at registration; too young to work.
    .remedy = Check the birth date.
problem-AGE_NEAR_LIMIT = Reaches the age of 65 within twelve months.
    .remedy = Register soon, and without gaps.
problem-ALREADY_INSURED = Already an active member on the list of { $detail }.
    .remedy = Not paid twice. If the cover has ended, ask BPJS Ketenagakerjaan for proof.

## What was decided for a row

outcome-NOT_A_PERSON = Not a row of a person (title, total, signature)
outcome-UNCHANGED = Unchanged since it was sent back
outcome-NEEDS_FIX = To be mended by the village
outcome-DUPLICATE_IN_FILE = Twice in the same file
outcome-NEEDS_DECISION = Waiting for an officer's decision
outcome-REFUSED_DEAD = Refused: recorded as dead
outcome-REFUSED_ASN = Refused: civil servant
outcome-REFUSED_AGE_OVER = Refused: 65 or older
outcome-REFUSED_AGE_UNDER = Refused: too young
outcome-REFUSED_OUTSIDE = Refused: of another region
outcome-REFUSED_OCCUPATION = Refused: occupation not in the programme
outcome-REFUSED_INSURED = Refused: insured by somebody else
outcome-ALREADY_ON_PROGRAMME = Already on another list
outcome-ACCEPTED_TO_CONFIRM = Accepted, something to confirm
outcome-ACCEPTED = Accepted

## Files that cannot be read

refusal-EMPTY = The file is empty.
    .remedy = Open it, make sure there is a list of names, save it, and send it again.
refusal-TOO_LARGE = The file is too large.
    .remedy = Split it, for example one file for each district.
refusal-PASSWORD_PROTECTED = The file is locked with a password.
    .remedy = Open it in Excel, remove the password (Save As), and send it again.
refusal-TRUNCATED = The end of the file is missing, perhaps from a broken download.
    .remedy = Ask the sender for the file again.
refusal-DAMAGED = The file is damaged.
    .remedy = Open it in Excel, save it under a new name, and send it again.
refusal-INFLATES_TOO_MUCH = The content of the file swells far beyond reason.
    .remedy = Copy the list into a new file and send that one.
refusal-TOO_MANY_ENTRIES = The file has too many parts.
    .remedy = Copy the list into a new file and send that one.
refusal-DUPLICATE_ENTRIES = Two parts of the file have the same name.
    .remedy = Open it in Excel, save it under a new name, and send it again.
refusal-TOO_MANY_SHEETS = The file has too many sheets.
    .remedy = Keep only the sheet with the list.
refusal-TOO_MANY_ROWS = The sheet has too many rows.
    .remedy = Delete the empty rows below the list, or split the file.
refusal-TOO_MANY_COLUMNS = The sheet has too many columns.
    .remedy = Delete the empty columns to the right of the list, then save.
refusal-TOO_MANY_CELLS = The file has too many cells.
    .remedy = Split the file.
refusal-TEXT_TOO_LONG = A cell holds more text than Excel allows.
    .remedy = Delete or shorten that text, and send the file again.
refusal-NOT_A_SPREADSHEET = This is no spreadsheet but { $detail }.
    .remedy = Send the list as Excel (xlsx, xls), ods or csv.
refusal-SHEET_NOT_FOUND = There is no sheet of that name.
    .remedy = Look at the sheet names at the bottom of Excel.
refusal-NO_TABLE = There is no list of people in the file.
    .remedy = Make sure there is a row of heads such as NIK and Nama, with people below it.
refusal-READ_FAILED = The file cannot be opened.
    .remedy = Check where it is and whether you may read it, and try again.
refusal-READER_STOPPED = The file used up the memory or time set aside for reading.
    .remedy = Copy the list into a new file, or split it.

## Kinds of files

kind-PDF = a PDF file
kind-WORD = a Word document
kind-IMAGE = an image
kind-ARCHIVE = an archive (zip, rar or the like)
kind-OTHER = a file of another kind

## Notes about a file

notice-WRONG_EXTENSION = The name ends in .{ $detail }, but the content is of another kind. We read it by its content.
notice-SHEET_WITHOUT_TABLE = Sheet "{ $detail }" holds no list of people.
notice-SHEET_UNREADABLE = Sheet "{ $detail }" cannot be read; the others were.
notice-SHEET_HIDDEN = Sheet "{ $detail }" is hidden, and was read all the same.
notice-ENCODING_GUESSED = The text is not UTF-8; it was read as Windows-1252. Check letters with accents.
notice-MACROS_IGNORED = The file carries macros. They are not run.
