# Katalog kata Payung: bahasa Indonesia. Satu kalimat untuk satu kode.
# Setiap masalah punya dua bagian: apa yang salah, dan (.remedy) apa yang harus dilakukan.

## Masalah pada baris

problem-CELL_ERROR = Sel ini berisi kesalahan rumus Excel.
    .remedy = Ketik ulang isinya sebagai teks biasa.
problem-FORMULA_WITHOUT_VALUE = Sel ini berisi rumus tanpa hasil.
    .remedy = Buka berkas di Excel, simpan sekali lagi, atau ketik hasilnya.
problem-DITTO = Tanda "idem" dibaca sama dengan baris di atasnya.
    .remedy = Tidak perlu diperbaiki. Periksa bila baris sudah diurutkan ulang.
problem-ROW_KEY_UNKNOWN = Kunci baris ini berubah atau berasal dari berkas lain.
    .remedy = Salin kembali kunci dari berkas yang kami kirim, atau kosongkan bila ini orang baru.
problem-NIK_MISSING = NIK kosong.
    .remedy = Isi 16 angka NIK dari KTP atau KK.
problem-NIK_NAME_SWAPPED = Kolom NIK berisi nama dan kolom nama berisi angka.
    .remedy = Kami membacanya terbalik. Pastikan NIK dan nama sudah benar.
problem-NIK_ROUNDED = NIK ini rusak oleh Excel: angka terakhirnya menjadi 0.
    .remedy = Ubah kolom NIK menjadi Teks, ketik ulang dari KTP, lalu kirim lagi.
problem-NIK_LETTERS_READ_AS_DIGITS = NIK ditulis dengan huruf, misalnya O untuk 0.
    .remedy = Kami membacanya sebagai angka. Pastikan hasilnya sama dengan KTP.
problem-NIK_NOT_DIGITS = NIK berisi tanda yang bukan angka.
    .remedy = Tulis 16 angka saja, tanpa huruf dan tanda baca.
problem-NIK_LENGTH = NIK harus 16 angka. Yang tertulis { $detail } angka.
    .remedy = Lihat lagi KTP, lalu tulis ulang.
problem-NIK_PROVINCE = Dua angka pertama NIK bukan kode provinsi.
    .remedy = Lihat lagi KTP, lalu tulis ulang.
problem-NIK_DATE = Tanggal di dalam NIK (angka ke-7 sampai ke-12) tidak mungkin ada.
    .remedy = Lihat lagi KTP, lalu tulis ulang.
problem-NIK_SERIAL = Empat angka terakhir NIK tidak boleh 0000.
    .remedy = Lihat lagi KTP, lalu tulis ulang.
problem-NIK_IS_KK = Nomor ini tampaknya nomor Kartu Keluarga (KK), bukan NIK.
    .remedy = Isi NIK orang ini. Nomor KK ada di kepala kartu, NIK ada di setiap baris nama.
problem-NIK_REGION_UNKNOWN = Kode kecamatan pada NIK tidak ada di daftar kami.
    .remedy = Tidak perlu diperbaiki bila sudah sama dengan KTP.
problem-NIK_BIRTH_DIFFERS = Tanggal lahir pada NIK berbeda dengan tanggal lahir yang tertulis.
    .remedy = Cocokkan keduanya dengan KTP. Bila memang begitu di KTP, biarkan.
problem-NIK_SEX_DIFFERS = Jenis kelamin pada NIK berbeda dengan yang tertulis.
    .remedy = Cocokkan dengan KTP. Bila memang begitu di KTP, biarkan.
problem-KK_MALFORMED = Nomor KK tidak lengkap atau salah tulis.
    .remedy = Isi 16 angka nomor KK, atau kosongkan.
problem-NAME_MISSING = Nama kosong.
    .remedy = Isi nama lengkap seperti di KTP.
problem-NAME_NOT_A_NAME = Isi kolom nama bukan nama orang.
    .remedy = Isi nama lengkap seperti di KTP.
problem-NAME_TOO_LONG = Nama lebih dari 100 huruf.
    .remedy = Tulis nama satu orang saja pada satu baris.
problem-BIRTH_DATE_FROM_NIK = Tanggal lahir kosong; kami memakai tanggal pada NIK.
    .remedy = Isi tanggal lahir dari KTP untuk memastikan.
problem-BIRTH_DATE_MISSING = Tanggal lahir kosong.
    .remedy = Isi tanggal lahir, misalnya 17-08-1962.
problem-BIRTH_DATE_UNREADABLE = Tanggal lahir tidak dapat dibaca.
    .remedy = Tulis hari-bulan-tahun, misalnya 17-08-1962.
problem-BIRTH_DATE_AMBIGUOUS = Hari dan bulan pada tanggal lahir bisa tertukar.
    .remedy = Tulis bulan dengan huruf, misalnya 5 Maret 1970.
problem-BIRTH_DATE_OUT_OF_RANGE = Tanggal lahir tidak masuk akal.
    .remedy = Periksa tahun lahir, lalu tulis ulang.
problem-SEX_FROM_NIK = Jenis kelamin kosong; kami memakai yang ada pada NIK.
    .remedy = Tidak perlu diperbaiki bila sudah benar.
problem-SEX_UNREADABLE = Jenis kelamin tidak dapat dibaca.
    .remedy = Tulis L untuk laki-laki atau P untuk perempuan.
problem-PLACE_OUTSIDE = Alamat ini di luar wilayah pengirim.
    .remedy = Periksa desa dan kecamatan. Warga daerah lain didaftarkan oleh daerahnya.
problem-PLACE_UNKNOWN = Nama desa atau kecamatan tidak ada di daftar wilayah.
    .remedy = Tulis nama desa seperti di KTP.
problem-PLACE_OTHER_VILLAGE = Alamat ini di desa lain, bukan desa pengirim.
    .remedy = Pastikan orang ini tidak juga dikirim oleh desanya sendiri.
problem-OCCUPATION_MISSING = Pekerjaan kosong.
    .remedy = Isi pekerjaan, misalnya nelayan, petani, atau ketua RT.
problem-OCCUPATION_UNKNOWN = Pekerjaan ini tidak ada di daftar.
    .remedy = Pilih pekerjaan terdekat dari daftar, misalnya nelayan, petani, atau pedagang.
problem-PHONE_UNREADABLE = Nomor telepon tidak dapat dibaca.
    .remedy = Tulis satu nomor, misalnya 0812-3456-7890, atau kosongkan.
problem-INCOME_UNREADABLE = Penghasilan tidak dapat dibaca.
    .remedy = Tulis angka rupiah sebulan, misalnya 1.500.000.
problem-DUPLICATE_IN_FILE = Orang yang sama sudah ada di baris { $detail }.
    .remedy = Hapus salah satu baris. Baris ini tidak dihitung.
problem-DUPLICATE_IN_PROGRAMME = Orang yang sama sudah ada di daftar lain untuk program ini.
    .remedy = Tidak perlu diperbaiki. Baris ini tidak dihitung dua kali.
problem-NIK_SHARED = Satu NIK dipakai oleh dua orang yang berbeda.
    .remedy = Lihat KTP keduanya, lalu betulkan NIK yang salah.
problem-SAME_PERSON_OTHER_NIK = Nama dan tanggal lahir sama dengan orang lain, tetapi NIK berbeda.
    .remedy = Lihat KTP. Bila orangnya satu, hapus salah satu baris; bila dua, jelaskan di keterangan.
problem-DUKCAPIL_UNKNOWN = NIK ini tidak ada dalam jawaban Dukcapil.
    .remedy = Cocokkan NIK dengan KTP, atau tanyakan ke Dukcapil.
problem-DUKCAPIL_DIFFERS = Nama atau tanggal lahir berbeda dengan jawaban Dukcapil.
    .remedy = Cocokkan dengan KTP.
problem-ON_DEATH_LIST = Orang ini tercatat meninggal pada daftar per { $detail }.
    .remedy = Bila masih hidup, lampirkan surat keterangan desa. Bila benar, keluarga mungkin berhak atas santunan.
problem-ON_ASN_LIST = Orang ini tercatat sebagai ASN pada daftar per { $detail }.
    .remedy = ASN dijamin oleh penyelenggara lain. Bila keliru, tanyakan ke BKPSDM.
problem-AGE_OVER_LIMIT = Umur { $detail } tahun saat didaftarkan; batasnya belum 65 tahun.
    .remedy = Tidak dapat didaftarkan menurut aturan. Bila tanggal lahir keliru, betulkan.
problem-AGE_UNDER_MINIMUM = Umur { $detail } tahun saat didaftarkan; terlalu muda untuk bekerja.
    .remedy = Periksa tanggal lahir.
problem-AGE_NEAR_LIMIT = Orang ini berumur 65 tahun dalam dua belas bulan ke depan.
    .remedy = Daftarkan segera dan jangan sampai terputus.
problem-ALREADY_INSURED = Orang ini sudah menjadi peserta aktif menurut daftar per { $detail }.
    .remedy = Tidak dibayar dua kali. Bila sudah berhenti, minta bukti dari BPJS Ketenagakerjaan.

## Keputusan untuk satu baris

outcome-NOT_A_PERSON = Bukan baris orang (judul, jumlah, tanda tangan)
outcome-UNCHANGED = Tidak berubah sejak dikirim kembali
outcome-NEEDS_FIX = Harus diperbaiki desa
outcome-DUPLICATE_IN_FILE = Ganda di berkas yang sama
outcome-NEEDS_DECISION = Menunggu keputusan petugas
outcome-REFUSED_DEAD = Ditolak: tercatat meninggal
outcome-REFUSED_ASN = Ditolak: ASN
outcome-REFUSED_AGE_OVER = Ditolak: sudah 65 tahun atau lebih
outcome-REFUSED_AGE_UNDER = Ditolak: terlalu muda
outcome-REFUSED_OUTSIDE = Ditolak: warga daerah lain
outcome-REFUSED_OCCUPATION = Ditolak: pekerjaan di luar program
outcome-REFUSED_INSURED = Ditolak: sudah dijamin pihak lain
outcome-ALREADY_ON_PROGRAMME = Sudah ada di daftar lain
outcome-ACCEPTED_TO_CONFIRM = Diterima, ada yang perlu dipastikan
outcome-ACCEPTED = Diterima

## Berkas yang tidak dapat dibaca

refusal-EMPTY = Berkas ini kosong.
    .remedy = Buka berkasnya, pastikan ada daftar nama, simpan, lalu kirim lagi.
refusal-TOO_LARGE = Berkas ini terlalu besar.
    .remedy = Bagi menjadi beberapa berkas, misalnya satu berkas tiap kecamatan.
refusal-PASSWORD_PROTECTED = Berkas ini dikunci dengan kata sandi.
    .remedy = Buka di Excel, hapus kata sandinya (Simpan Sebagai), lalu kirim lagi.
refusal-TRUNCATED = Bagian akhir berkas ini hilang, mungkin karena unduhan terputus.
    .remedy = Minta pengirim mengirim ulang berkasnya.
refusal-DAMAGED = Berkas ini rusak.
    .remedy = Buka di Excel, simpan dengan nama baru, lalu kirim lagi.
refusal-INFLATES_TOO_MUCH = Isi berkas ini membengkak jauh melebihi ukuran wajar.
    .remedy = Salin daftarnya ke berkas baru, lalu kirim berkas baru itu.
refusal-TOO_MANY_ENTRIES = Berkas ini berisi terlalu banyak bagian.
    .remedy = Salin daftarnya ke berkas baru, lalu kirim berkas baru itu.
refusal-DUPLICATE_ENTRIES = Berkas ini berisi dua bagian dengan nama yang sama.
    .remedy = Buka di Excel, simpan dengan nama baru, lalu kirim lagi.
refusal-TOO_MANY_SHEETS = Berkas ini berisi terlalu banyak lembar.
    .remedy = Simpan lembar yang berisi daftar saja.
refusal-TOO_MANY_ROWS = Lembar ini berisi terlalu banyak baris.
    .remedy = Hapus baris kosong di bawah daftar, atau bagi menjadi beberapa berkas.
refusal-TOO_MANY_COLUMNS = Lembar ini berisi terlalu banyak kolom.
    .remedy = Hapus kolom kosong di kanan daftar, lalu simpan.
refusal-TOO_MANY_CELLS = Berkas ini berisi terlalu banyak sel.
    .remedy = Bagi menjadi beberapa berkas.
refusal-TEXT_TOO_LONG = Ada sel dengan teks yang terlalu panjang untuk Excel.
    .remedy = Hapus atau pendekkan teks itu, lalu kirim lagi.
refusal-NOT_A_SPREADSHEET = Ini bukan lembar kerja, melainkan { $detail }.
    .remedy = Kirim daftarnya sebagai Excel (xlsx, xls), ods, atau csv.
refusal-SHEET_NOT_FOUND = Tidak ada lembar dengan nama itu.
    .remedy = Periksa nama lembar di bagian bawah Excel.
refusal-NO_TABLE = Tidak ada daftar orang di berkas ini.
    .remedy = Pastikan ada baris judul kolom seperti NIK dan Nama, lalu baris orang di bawahnya.
refusal-READ_FAILED = Berkas ini tidak dapat dibuka.
    .remedy = Periksa letak berkas dan izin membacanya, lalu coba lagi.
refusal-READER_STOPPED = Berkas ini menghabiskan memori atau waktu yang disediakan.
    .remedy = Salin daftarnya ke berkas baru, atau bagi menjadi beberapa berkas.

## Jenis berkas

kind-PDF = berkas PDF
kind-WORD = dokumen Word
kind-IMAGE = gambar
kind-ARCHIVE = arsip (zip, rar, atau sejenisnya)
kind-OTHER = berkas jenis lain

## Catatan tentang berkas

notice-WRONG_EXTENSION = Nama berkas berakhiran .{ $detail }, tetapi isinya jenis lain. Kami membacanya menurut isinya.
notice-SHEET_WITHOUT_TABLE = Lembar "{ $detail }" tidak berisi daftar orang.
notice-SHEET_UNREADABLE = Lembar "{ $detail }" tidak dapat dibaca; lembar lain dibaca.
notice-SHEET_HIDDEN = Lembar "{ $detail }" tersembunyi, tetapi tetap dibaca.
notice-ENCODING_GUESSED = Teks bukan UTF-8; kami membacanya sebagai Windows-1252. Periksa huruf beraksen.
notice-MACROS_IGNORED = Berkas ini berisi makro. Makro tidak dijalankan.
