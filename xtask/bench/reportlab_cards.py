"""The same cards by ReportLab and segno: python reportlab_cards.py DIR

Reads DIR/cards.tsv (number, name, programme, village, code) and draws eight cards to a page of A4, a
file for each village, with the code at level Q as an image of a dot a square. Prints JSON: cards,
bytes, wall and processor seconds.
"""

import io
import itertools
import json
import os
import sys
import time

import reportlab
import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

CARD = (85.6 * mm, 54 * mm)
GAP = 6 * mm
LEFT = (A4[0] - 2 * CARD[0] - GAP) / 2
TOP = 31 * mm
CODE = 28.5 * mm


def draw_card(page, x, y, number, name, programme, village, code):
    page.setStrokeGray(0.6)
    page.roundRect(x, y, *CARD, 9)
    page.setFillColorRGB(0.04, 0.33, 0.39)
    page.rect(x, y + CARD[1] - 35, CARD[0], 35, stroke=0, fill=1)
    page.setFillGray(1)
    page.setFont("Helvetica", 7.5)
    page.drawString(x + 43, y + CARD[1] - 14, "Kartu peserta program")
    page.setFont("Helvetica-Bold", 10)
    page.drawString(x + 43, y + CARD[1] - 26, programme)
    page.setFillGray(0)
    page.setFont("Helvetica-Bold", 13)
    page.drawString(x + 14, y + 93, name)
    page.setFont("Helvetica-Bold", 9)
    page.drawString(x + 14, y + 66, f"Desa {village}")
    page.drawString(x + 14, y + 46, "Desember 2024")
    page.setFont("Courier-Bold", 10)
    page.drawString(x + 14, y + 23, number)
    page.setFont("Helvetica", 6.5)
    page.drawString(x + 14, y + 6.5, "Bukan kartu resmi BPJS Ketenagakerjaan")
    picture = io.BytesIO()
    segno.make_qr(code, error="q", boost_error=False).save(picture, kind="png", scale=1, border=0)
    picture.seek(0)
    image = ImageReader(picture)
    page.drawImage(image, x + CARD[0] - 14 - CODE, y + CARD[1] - 35 - 8.5 - CODE, CODE, CODE)


def draw_village(path, cards):
    page = canvas.Canvas(path, pagesize=A4, pageCompression=1)
    for place, (number, name, programme, village, code) in enumerate(cards):
        if place and place % 8 == 0:
            page.showPage()
        column, row = place % 8 % 2, place % 8 // 2
        x = LEFT + column * (CARD[0] + GAP)
        y = A4[1] - TOP - CARD[1] - row * (CARD[1] + GAP)
        draw_card(page, x, y, number, name, programme, village, code)
    page.save()


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "cards.tsv"), encoding="utf-8") as file:
        cards = [line.rstrip("\n").split("\t") for line in file]
    begun, busy, size = time.perf_counter(), time.process_time(), 0
    for village, group in itertools.groupby(cards, key=lambda card: card[3]):
        path = os.path.join(folder, f"theirs-{village}.pdf")
        draw_village(path, list(group))
        size += os.path.getsize(path)
    print(json.dumps({
        "cards": len(cards),
        "bytes": size,
        "seconds": time.perf_counter() - begun,
        "cpu": time.process_time() - busy,
        "version": f"ReportLab {reportlab.Version}, segno {segno.__version__}",
    }))


main()
