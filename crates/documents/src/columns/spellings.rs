//! The lists of spellings: of the columns Payung reads, and of those it knows and leaves alone.

use base::Field;

use super::Column;

/// Every column that Payung reads, in the order of a well-made list.
#[rustfmt::skip]
pub const COLUMNS: &[Column] = &[
    Column {
        field: Field::Nik,
        spellings: &[
            "NIK", "No NIK", "Nomor NIK", "Nomer NIK", "NIK KTP", "No KTP", "Nomor KTP",
            "Nomer KTP", "NIK / No KTP", "No KTP / NIK", "Nomor KTP / NIK", "NIK / KTP",
            "KTP / NIK", "No NIK KTP", "No Identitas", "Nomor Identitas", "Nomer Identitas",
            "No Identitas KTP", "Nomor Induk Kependudukan", "No Induk Kependudukan",
            "Nomor Induk Kependudukan NIK", "Nomor Induk Penduduk", "No Induk Penduduk", "No e-KTP",
            "Nomor e-KTP", "NIK e-KTP", "No KTP Elektronik", "No KTP el", "KTP", "e-KTP", "ID KTP",
            "NIK 16 digit", "No Ktp NIK 16 digit", "National ID", "National ID number",
            "No Kartu Tanda Penduduk", "Nomor Kartu Tanda Penduduk", "No Kependudukan",
        ],
        help: "The 16 digits of the identity card, as text.",
    },
    Column {
        field: Field::NoKk,
        spellings: &[
            "No KK", "Nomor KK", "Nomer KK", "NKK", "No Kartu Keluarga", "Nomor Kartu Keluarga",
            "Nomer Kartu Keluarga", "Kartu Keluarga", "KK", "No KK Kartu Keluarga", "Nomor KK KTP",
            "No Induk Keluarga", "Nomor Induk Keluarga", "Family card number", "Id KK",
        ],
        help: "The 16 digits of the family card, as text.",
    },
    Column {
        field: Field::Name,
        spellings: &[
            "Nama Lengkap", "Nama", "Nama Peserta", "Nama Lengkap Peserta", "Nama TK",
            "Nama Tenaga Kerja", "Nama Pekerja", "Nama Sesuai KTP", "Nama Lengkap Sesuai KTP",
            "Nama KTP", "Nama di KTP", "Nama Penduduk", "Nama Warga", "Nama Anggota",
            "Nama Anggota Keluarga", "Nama Penerima", "Nama Penerima Manfaat", "Nama Calon Peserta",
            "Nama Kader", "Nama Pegawai", "Nama Karyawan", "Nama Petani", "Nama Nelayan",
            "Nama Guru", "Nama Pemohon", "Nama Individu", "Nama Orang", "Nama KPM", "Nama ART",
            "Nama dan Gelar", "Nama Lengkap dan Gelar", "Nama Gelar", "Nm Lengkap", "Nama Lgkp",
            "Nm", "Nama Jelas", "Nama Terang", "Name", "Full Name", "Nama Penggarap",
            "Nama Pelaku Usaha", "Nama Pedagang", "Nama Buruh", "Nama Perangkat Desa",
        ],
        help: "The full name, as on the identity card.",
    },
    Column {
        field: Field::BirthPlace,
        spellings: &[
            "Tempat Lahir", "Tmp Lahir", "Tpt Lahir", "Tmpt Lahir", "Temp Lahir", "Tempat Lhr",
            "Tmpt Lhr", "Tpt Lhr", "Kota Lahir", "Kota Kelahiran", "Tempat Kelahiran",
            "Kab Kota Lahir", "Place of birth", "Birth place",
        ],
        help: "The place of birth.",
    },
    Column {
        field: Field::BirthDate,
        spellings: &[
            "Tanggal Lahir", "Tgl Lahir", "Tg Lahir", "Tgl Lhr", "Tanggal Lhr", "Tgllhr",
            "Tanggal Kelahiran", "Tgl Bln Thn Lahir", "Tgl Bln Th Lahir",
            "Tanggal Bulan Tahun Lahir", "Tgl Bulan Tahun Lahir", "Tgl Bln Thn", "Tgl Bln Th",
            "Tanggal Bulan Tahun", "Hari Tanggal Lahir", "Date of birth", "Birth date", "DOB",
            "Tanggal Lahir dd mm yyyy", "Tgl Lahir dd mm yyyy", "Tahun Lahir", "Thn Lahir",
        ],
        help: "The day of birth, as a date or as 17-08-1962.",
    },
    Column {
        field: Field::BirthPlaceDate,
        spellings: &[
            "TTL", "Tempat Tanggal Lahir", "Tempat Tgl Lahir", "Tempat dan Tanggal Lahir",
            "Tempat dan Tgl Lahir", "Tempat Tanggal Bulan Tahun Lahir", "Tmp Tgl Lahir",
            "Tpt Tgl Lahir", "Tmpt Tgl Lahir", "Tempat Tg Lahir", "Tempat Tgl Lhr", "Tmpt Tgl Lhr",
            "Tempat Lahir Tanggal Lahir", "Tempat Lahir Tgl Lahir", "Kelahiran", "Lahir",
            "Tempat Tgl Bln Thn Lahir",
        ],
        help: "Place and day of birth in one cell: Paser, 17-08-1962.",
    },
    Column {
        field: Field::Sex,
        spellings: &[
            "Jenis Kelamin", "JK", "L/P", "P/L", "JK L/P", "Jenis Kelamin L/P", "Jns Kelamin",
            "Jns Kel", "Jenis Kel", "Jen Kel", "Jns Klmn", "Kelamin", "Jenkel", "Jekel", "Lk/Pr",
            "Pr/Lk", "Laki-laki / Perempuan", "Lk", "Sex", "Gender", "Pria / Wanita", "Kelamin L/P",
            "Jenis Kelamin Laki-laki / Perempuan", "J Kelamin", "Jenis Klmn", "J Kel",
        ],
        help: "L or P.",
    },
    Column {
        field: Field::Address,
        spellings: &[
            "Alamat", "Alamat Lengkap", "Alamat KTP", "Alamat Sesuai KTP", "Alamat Rumah",
            "Alamat Tempat Tinggal", "Alamat Tinggal", "Alamat Domisili", "Tempat Tinggal",
            "Domisili", "Alamat Jalan", "Nama Jalan", "Jalan", "Jl", "Jln", "Alamat Dusun",
            "Dusun", "Nama Dusun", "Dusun / Lingkungan", "Dusun / Lingk", "Lingkungan", "Lingk",
            "Banjar", "Jorong", "Dukuh", "Pedukuhan", "Padukuhan", "Address", "Alamat Peserta",
        ],
        help: "Street or hamlet.",
    },
    Column {
        field: Field::Rt,
        spellings: &[
            "RT", "RT/RW", "RT RW", "No RT", "Nomor RT", "Rukun Tetangga", "RT dan RW", "No RT/RW",
            "Rukun Tetangga / Rukun Warga",
        ],
        help: "The neighbourhood; 003/002 gives RT and RW at once.",
    },
    Column {
        field: Field::Rw,
        spellings: &["RW", "No RW", "Nomor RW", "Rukun Warga", "RK"],
        help: "The community unit.",
    },
    Column {
        field: Field::Village,
        spellings: &[
            "Desa / Kelurahan", "Kelurahan / Desa", "Desa", "Kelurahan", "Desa Kel", "Kel Desa",
            "Kel", "Nama Desa", "Nama Kelurahan", "Nama Desa / Kelurahan", "Nama Kelurahan / Desa",
            "Kampung", "Nama Kampung", "Gampong", "Nama Gampong", "Nagari", "Nama Nagari", "Pekon",
            "Tiyuh", "Lembang", "Negeri", "Gampong / Desa", "Desa / Gampong", "Kampung / Desa",
            "Desa / Kampung", "Kampung / Kelurahan", "Kelurahan / Kampung", "Ds", "Ds Kel",
            "Desa Asal", "Asal Desa", "Desa / Kelurahan / Kampung", "Alamat Desa", "Village",
            "Kalurahan", "Kalurahan / Kelurahan", "Wilayah Desa", "Desa Nagari", "Nagari / Desa",
        ],
        help: "Desa, kelurahan, kampung, gampong or nagari.",
    },
    Column {
        field: Field::District,
        spellings: &[
            "Kecamatan", "Kec", "Nama Kecamatan", "Distrik", "Nama Distrik", "Kecamatan / Distrik",
            "Kapanewon", "Kemantren", "Kapanewon / Kemantren", "District", "Asal Kecamatan",
            "Kecamatan Asal", "Alamat Kecamatan", "Wilayah Kecamatan",
        ],
        help: "The kecamatan.",
    },
    Column {
        field: Field::Occupation,
        spellings: &[
            "Pekerjaan", "Jenis Pekerjaan", "Profesi", "Jabatan", "Pekerjaan / Jabatan",
            "Jabatan / Pekerjaan", "Pekerjaan / Profesi", "Profesi / Pekerjaan", "Jenis Profesi",
            "Mata Pencaharian", "Mata Pencaharian Utama", "Pekerjaan Utama",
            "Pekerjaan Sehari-hari",
            "Bidang Pekerjaan", "Kategori Pekerjaan", "Kategori Pekerja", "Jenis Pekerja",
            "Kelompok Pekerja", "Jenis Usaha", "Bidang Usaha", "Usaha", "Okupasi", "Occupation",
            "Job", "Nama Pekerjaan", "Pekerjaan Id", "Sektor Pekerjaan", "Unsur", "Nama Jabatan",
        ],
        help: "What the person does for a living.",
    },
    Column {
        field: Field::Facility,
        spellings: &[
            "Fasilitas", "Nama Fasilitas", "Fasilitas Kesehatan", "Nama Fasilitas Kesehatan",
            "Faskes", "Nama Faskes", "Kode Faskes", "Kode Fasilitas", "Fasyankes",
            "Nama Fasyankes", "Tempat Praktik", "Nama Tempat Praktik", "Facility",
        ],
        help: "The hospital, clinic, practice or school at which the person works.",
    },
    Column {
        field: Field::Phone,
        spellings: &[
            "No HP", "HP", "Nomor HP", "Nomer HP", "No HP / WA", "No WA / HP", "HP / WA", "WA / HP",
            "WA", "No WA", "Nomor WA", "Nomor HP / WA", "WhatsApp", "No WhatsApp",
            "Nomor WhatsApp", "Handphone", "No Handphone", "Nomor Handphone", "Hand Phone",
            "No Hand Phone", "Telp", "No Telp", "Nomor Telp", "Telepon", "No Telepon",
            "Nomor Telepon", "Telpon", "No Telpon", "Nomor Telpon", "Tlp", "No Tlp", "Telp / HP",
            "No Telp / HP", "No HP / Telp", "No Telepon / HP", "Nomor Telepon / HP", "Kontak",
            "No Kontak", "Nomor Kontak", "Ponsel", "No Ponsel", "Nomor Ponsel", "Seluler",
            "No Seluler", "No HP Aktif", "Nomor HP Aktif", "Phone", "Phone number", "Mobile",
            "Contact", "No Kontak HP", "No HP yang bisa dihubungi",
        ],
        help: "A telephone number, as text.",
    },
    Column {
        field: Field::MotherName,
        spellings: &[
            "Nama Ibu Kandung", "Nama Gadis Ibu Kandung", "Ibu Kandung", "Nama Ibu", "Ibu",
            "Nm Ibu", "Nm Ibu Kandung", "Nama Gadis Ibu", "Nama Lengkap Ibu Kandung",
            "Nama Ibu Kandung Gadis", "Nama Orang Tua Ibu", "Nama Orang Tua Kandung Ibu",
            "Mother name", "Mothers name", "Mothers maiden name",
        ],
        help: "The mother's name before marriage.",
    },
    Column {
        field: Field::Income,
        spellings: &[
            "Penghasilan", "Upah", "Gaji", "Pendapatan", "Penghasilan per Bulan",
            "Penghasilan Bulan", "Penghasilan Bln", "Upah per Bulan", "Upah Bulan", "Upah Bln",
            "Upah Sebulan", "Gaji per Bulan", "Gaji Bulan", "Pendapatan per Bulan",
            "Pendapatan Bulan", "Rata-rata Penghasilan", "Rata-rata Penghasilan per Bulan",
            "Rata-rata Pendapatan", "Besar Upah", "Besaran Upah", "Upah Pokok", "Gaji Pokok",
            "Honor", "Honorarium", "Insentif", "Penghasilan Rp", "Upah Rp", "Income", "Salary",
            "Wage", "Dasar Upah", "Upah yang dilaporkan",
        ],
        help: "What the person earns in a month, in rupiah.",
    },
    Column {
        field: Field::Note,
        spellings: &[
            "Keterangan", "Ket", "Catatan", "Keterangan Lain", "Keterangan Lainnya", "Ket Lain",
            "Keterangan Tambahan", "Note", "Notes", "Remark", "Remarks",
        ],
        help: "Anything else; it is kept, never judged.",
    },
];

/// Headings of the running number.
pub(super) const RUNNING_NUMBER: &[&str] = &[
    "No",
    "Nomor",
    "Nomer",
    "No Urut",
    "Nomor Urut",
    "Nomer Urut",
    "Urut",
    "Nmr",
    "No Urt",
    "Nou",
];

/// Headings that are known and not read, so that none of them is taken for a column by likeness.
#[rustfmt::skip]
pub(super) const OTHERS: &[&str] = &[
    // Of the person.
    "Agama", "Agama Id", "Pendidikan", "Pendidikan Terakhir", "Pendidikan KK Id",
    "Pendidikan Sedang Id", "Status", "Status Kawin", "Status Perkawinan", "Status Nikah",
    "Perkawinan", "Kawin", "Status Penduduk", "Status Kependudukan", "Status Dasar",
    "Kewarganegaraan", "Warga Negara", "Warganegara Id", "WNI", "Golongan Darah", "Gol Darah",
    "Golongan Darah Id", "Umur", "Usia", "Umur Tahun", "Suku", "Gelar", "Disabilitas", "Cacat Id",
    "Hamil", "Cara KB Id", "Jamkesnas", "Foto", "Email", "E-mail", "Alamat Email", "Alamat E-mail",
    "Surel", "NPWP", "Ukuran Baju",
    // Of the family and of others.
    "SHDK", "Hubungan", "Hubungan Keluarga", "Hub Keluarga", "Hub Kel", "Status Hubungan",
    "Status Hubungan Dalam Keluarga", "Status Hubungan Keluarga", "Status Dalam Keluarga",
    "Status Hubungan Dalam Rumah Tangga", "KK Level", "Nomor Rumah Tangga", "No Rumah Tangga",
    "Kepala Keluarga", "Nama Kepala Keluarga", "Nama KK", "Nama Kepala KK", "Ayah", "Nama Ayah",
    "Nama Ayah Kandung", "Nama Bapak", "Bapak", "NIK Ayah", "Ayah NIK", "NIK Ibu", "Ibu NIK",
    "Nama Orang Tua", "Nama Orang Tua Kandung", "Orang Tua", "Suami", "Istri", "Nama Suami",
    "Nama Istri", "Nama Pasangan", "Nama Suami / Istri", "Ahli Waris", "Nama Ahli Waris",
    "NIK Ahli Waris", "Hubungan Ahli Waris", "Nama Anak", "Nama Wali", "Jumlah Anak",
    "Jumlah Anggota Keluarga", "Jumlah Tanggungan",
    // Of the insurance and of the work.
    "KPJ", "No KPJ", "Nomor KPJ", "NPP", "No NPP", "No Peserta", "Nomor Peserta", "No Kartu",
    "Nomor Kartu", "No Kartu Peserta", "No BPJS", "Nomor BPJS", "No BPJS Kesehatan",
    "No BPJS Ketenagakerjaan", "Nomor BPJS Ketenagakerjaan", "Kartu Peserta", "No Asuransi",
    "Id Asuransi", "Kepesertaan", "Status Kepesertaan", "Tanggal Kepesertaan", "Tgl Kepesertaan",
    "Tanggal Daftar", "Tanggal Masuk", "Tgl Masuk", "TMT", "Mulai Bekerja", "Tgl Awal Bekerja",
    "Tanggal Mulai Bekerja", "Tgl Akhir Kontrak", "Masa Kerja", "NIP", "NIPD", "NRP", "NUPTK",
    "No Pegawai", "Nomor Pegawai", "NIK Pegawai", "Status Pegawai", "Status Kepegawaian",
    "Golongan", "Pangkat", "Lokasi Pekerjaan", "Lokasi Kerja", "Tempat Kerja", "Tempat Bekerja",
    "Tempat Tugas", "Alamat Kantor", "Alamat Kerja", "Alamat Tempat Kerja", "Unit Kerja",
    "Instansi", "OPD", "SKPD", "Nama Instansi", "Nama Perusahaan", "Perusahaan", "Nama Usaha",
    "Nama Toko", "Nama Kapal", "Nama Kelompok", "Nama Kelompok Tani", "Kelompok", "Kelompok Tani",
    "Posyandu", "Nama Posyandu", "Nama Lembaga", "Nama Masjid", "Nama Sekolah", "Nama Program",
    "Program", "Segmen", "Status Pekerjaan", "Nomor SK", "No SK", "Tanggal SK", "Luas Lahan",
    "Komoditas", "Iuran", "Jumlah Iuran", "Periode", "Bulan", "Tahun", "JKK", "JKM", "JHT", "JP",
    "Jumlah", "Total", "Jml", "Nominal", "Bank", "Nama Bank", "No Rekening", "Nomor Rekening",
    "No Rek", "Nama Rekening", "Nama Pemilik Rekening", "Tanda Tangan", "TTD", "Paraf", "Hadir",
    // Of papers and places.
    "Identitas", "Identitas Peserta", "Jenis Identitas", "Masa Laku Identitas",
    "Surat Menyurat ke", "Kode Negara", "Kode Pos",
    "Kodepos", "Kabupaten", "Kab", "Kab Kota", "Kabupaten Kota", "Kota", "Provinsi", "Prov",
    "Propinsi", "RW/RT", "Kode Desa", "Kode Wilayah", "Desa Id", "Kode Kecamatan", "Kode Lokasi",
    "Kode", "Id", "Lat", "Lng", "Latitude", "Longitude", "Koordinat", "Akta Lahir",
    "No Akta Lahir", "Dokumen Pasport", "Dokumen Kitas", "Tanggal Akhir Paspor",
    "Akta Perkawinan", "Tanggalperkawinan", "Tanggal Perkawinan", "Akta Perceraian",
    "Tanggalperceraian", "Tanggal Perceraian", "KTP el", "Status Rekam", "Tag Id Card",
    "Alamat Sekarang", "Telepon Area Rumah", "Telepon Rumah", "Telepon Area Kantor",
    "Telepon Kantor", "Telepon Ext Kantor", "Tanggal", "Tgl", "Tempat", "Hari", "Scan KTP",
    "Foto KTP", "Fotokopi KTP", "Tanggal Meninggal", "Tgl Meninggal", "Jenis",
];
