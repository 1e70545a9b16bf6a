// A picture for each kind of work, drawn with few lines so that it is known in the sun.

const SHAPES: Record<string, string> = {
  boat: "M3 15h18l-3 5H6zM12 4v11M12 4l6 8h-6",
  fish: "M3 12c4-6 10-6 14 0-4 6-10 6-14 0zM17 12l4-4v8zM8 11v.1",
  plant: "M12 21V9M12 13c-5 0-7-3-7-7 5 0 7 3 7 7zM12 11c0-4 3-6 7-6 0 4-3 6-7 6zM6 21h12",
  tree: "M12 21v-6M12 3l6 7h-3l4 5H5l4-5H6z",
  cow: "M5 5l3 3M19 5l-3 3M8 8h8l1 6-2 5H9l-2-5zM10 16h4M9 11v.1M15 11v.1",
  motor: "M6 20a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM18 20a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM6 17h6l4-7h3M9 10h5M14 6h3l2 8",
  truck: "M2 7h11v10H2zM13 11h5l3 3v3h-8M6 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM17 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  wheel: "M7 20a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM12 15h8M16 15l-3-9h6M19 20a2 2 0 1 0 0-4",
  shop: "M4 10v10h16V10M2 10l3-6h14l3 6zM9 20v-6h6v6",
  pot: "M5 10h14v6a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4zM3 12h2M19 12h2M9 7c0-2 2-2 2-4M13 7c0-2 2-2 2-4",
  hammer: "M4 20l9-9M10 5l4-2 6 6-2 4-3-3-2 2-4-4 2-2z",
  sack: "M8 7h8l3 9a4 4 0 0 1-4 5H9a4 4 0 0 1-4-5zM9 3h6l-1 4h-4z",
  house: "M3 12l9-8 9 8M6 10v10h12V10M10 20v-6h4v6",
  scissors: "M6 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 7l12 11M8 17L20 6",
  comb: "M4 6h16v4H4zM6 10v8M10 10v8M14 10v8M18 10v8",
  wrench: "M14 4a5 5 0 0 1 6 6l-3-1-2-2-1-3zM15 10L5 20l-2-2 10-10",
  sign: "M5 3h14v14H5zM12 17v4M10 13V7h3a2 2 0 0 1 0 4h-3",
  broom: "M14 3l-4 10M6 13h9l-2 8H5zM9 21v-4",
  shield: "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z",
  pick: "M4 20L15 9M7 4c6 0 12 5 13 12-3-5-8-9-13-12z",
  cross: "M9 3h6v6h6v6h-6v6H9v-6H3V9h6z",
  child: "M12 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM7 21c0-7 2-11 5-11s5 4 5 11zM12 14v.1",
  book: "M12 6c-3-2-6-2-9-1v14c3-1 6-1 9 1 3-2 6-2 9-1V5c-3-1-6-1-9 1zM12 6v14",
  dome: "M4 21V11M20 21V11M4 21h16M6 12c0-4 6-5 6-9 0 4 6 5 6 9zM10 21v-4h4v4",
  flame: "M12 3c5 5 6 8 6 11a6 6 0 0 1-12 0c0-2 1-4 3-5 0 2 1 3 2 3 1-3 1-6 1-9z",
  desk: "M3 10h18M5 10v10M19 10v10M8 4h8v6H8z",
  people: "M8 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 20c0-5 3-7 6-7s6 2 6 7M16 11a3 3 0 0 0 0-6M17 14c3 0 5 2 5 6",
  music: "M9 18a3 3 0 1 1-3-3 3 3 0 0 1 3 3zM9 18V5l10-2v12M19 15a3 3 0 1 1-3-3",
  pen: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  box: "M4 9h16v11H4zM9 9V4h6v5M9 13h6",
  person: "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-5 3-8 8-8s8 3 8 8",
};

const OF: Record<string, string> = {
  kader_kesehatan: "cross", kader_pkk: "people", bidan: "child", perawat: "cross", dokter: "cross",
  apoteker: "cross", tenaga_kesehatan: "cross", dukun_bayi: "child", kepala_desa: "desk",
  perangkat_desa: "desk", bpd: "people", lpm: "people", rt_rw: "people", honorer: "desk", guru: "book",
  guru_ngaji: "book", imam: "dome", marbot: "dome", pemuka_agama: "dome", relawan_damkar: "flame",
  relawan_bencana: "shield", linmas: "shield", penjaga_keamanan: "shield", nelayan: "boat", pelaut: "boat",
  pembudidaya_ikan: "fish", petani: "plant", pekebun: "tree", buruh_tani: "plant", peternak: "cow",
  ojek: "motor", sopir: "truck", becak: "wheel", pedagang_pasar: "shop", pedagang_makanan: "pot", umkm: "shop",
  buruh_bangunan: "hammer", buruh_harian: "sack", kuli_angkut: "sack", art: "house", penjahit: "scissors",
  tukang_cukur: "comb", montir: "wrench", juru_parkir: "sign", pemulung: "sack", tenaga_kebersihan: "broom",
  penambang: "pick", penyelenggara_pemilu: "box", pekerja_seni: "music", wartawan: "pen", karyawan_swasta: "desk",
};

const SVG = "http://www.w3.org/2000/svg";

/** The picture of a kind of work; the word beside it says the same. */
export function picture(key: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("gambar");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[OF[key] ?? "person"]!);
  svg.append(path);
  return svg;
}
