"""Splink on DuckDB over our CSV files, tuned as well as we know how; the other side of the bench.

usage: peer.py link REGISTRY.csv INTAKE.csv PAIRS.csv
       peer.py dedupe FILE.csv PAIRS.csv

Given to it: our reading of NIK, names, days and telephones as SQL; comparison levels for rounded
NIK and swapped days; twelve lean blocking rules; u estimated among pairs of one birth day, which is
what keeps twins apart best. Prints versions and seconds (wall, processor) of each stage as JSON.
"""

import json
import logging
import os
import sys
import time

import duckdb
import splink
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

MONTHS = "['JAN','FEB','MAR','APR','MEI','JUN','JUL','AGU','SEP','OKT','NOV','DES']"
CENTURY = "(case when right({0},2)::int>6 then '19' else '20' end)"


def normal(source):
    """The query that makes our columns comparable."""
    replaced = "k"
    sounds = [("OE", "U"), ("DJ", "J"), ("TJ", "C"), ("SY", "S"), ("KH", "H"), ("CH", "H"),
              ("V", "F"), ("F", "P"), ("Z", "S"), ("Q", "K"), ("Y", "I"), ("TH", "T"), ("DH", "D")]
    for old, new in sounds:
        replaced = f"replace({replaced},'{old}','{new}')"
    replaced = replaced.replace("replace(k,", "replace(replace(nm3,' ',''),")
    titles = "HJ|H|HAJI|HAJJAH|DRS|DRA|IR|UST|USTADZ|USTADZAH|TGK|KH|PAK|BPK|SDR|SDRI|IBU|BU|NY"
    degrees = r"S\.KEP|S\.PD\.I|S\.PD|S\.KOM|SE|SH|AMK|S\.AG|S\.SOS|M\.KM"

    def bare(column, words):
        led = rf"regexp_replace({column},'^\s*(({words})(\.\s*|\s+))+','')"
        plain = rf"regexp_replace(regexp_replace({led},'\.',' ','g'),'[^A-Z ]','','g')"
        return rf"trim(regexp_replace({plain},'\s+',' ','g'))"

    def own(column):
        return rf"regexp_replace(regexp_replace({column},',.*$',''),'\s(BIN|BINTI|B\.|BT)\s.*$','')"

    def letters(column):
        return rf"regexp_replace({column},'[^A-Z]','','g')"

    unaliased = own(r"regexp_replace(nm0,'\s(ALIAS|ALS|AL\.|/)\s?.*$','')")
    village = letters(r"regexp_replace(desa0,'^(DESA|DS\.?|KEL\.?|KELURAHAN)\s+','')")
    district = letters(r"regexp_replace(kec0,'^KEC\.?\s+','')")
    return rf"""
with a as (
 select id as unique_id, regexp_replace(coalesce(nik,''),'\.0$','') nik0, coalesce(no_kk,'') kk0,
  upper(replace(coalesce(nama,''),chr(160),' ')) nm0, upper(trim(coalesce(tempat_lahir,''))) tl0,
  trim(coalesce(tanggal_lahir,'')) d0, upper(trim(coalesce(jenis_kelamin,''))) jk0,
  upper(trim(coalesce(desa,''))) desa0, upper(trim(coalesce(kecamatan,''))) kec0,
  regexp_replace(coalesce(no_hp,''),'[^0-9]','','g') hp0,
  upper(replace(coalesce(nama_ibu,''),chr(160),' ')) ib0
 from read_csv('{source}',all_varchar=true,header=true)),
b as (select *,
  case when regexp_matches(nik0,'[Ee]\+') then ''
   else regexp_replace(translate(upper(nik0),'OIL','011'),'[^0-9]','','g') end nik1,
  regexp_replace(kk0,'[^0-9]','','g') kk1,
  regexp_replace({unaliased},'(^|\s)({degrees})\s*$','') nm1,
  {own("ib0")} ib1,
  case when d0='' and contains(tl0,',') then trim(regexp_extract(tl0,',\s*(.*)$',1)) else d0 end d1,
  trim(regexp_replace(tl0,',.*$','')) tl1
 from a),
c as (select *, {bare("nm1", titles)} nm2, {bare("ib1", "HJ|H|HAJI|HAJJAH|IBU|BU|NY")} ib2,
  coalesce(
   try_strptime(case when regexp_matches(d1,'^\d{{4}}[-/]\d\d[-/]\d\d') then translate(substr(d1,1,10),'/','-') end,'%Y-%m-%d'),
   try_strptime(case when regexp_matches(d1,'^\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}$') then translate(d1,'.-','//') end,'%d/%m/%Y'),
   try_strptime(case when regexp_matches(d1,'^\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}$') then translate(d1,'.-','//') end,'%m/%d/%Y'),
   case when regexp_matches(d1,'^\d{{1,2}}/\d{{1,2}}/\d{{2}}$') then
    try_strptime(substr(d1,1,length(d1)-2)||{CENTURY.format("d1")}||right(d1,2),'%d/%m/%Y') end,
   case when regexp_matches(d1,'^\d{{8}}$') then try_strptime(d1,'%Y%m%d') end,
   case when regexp_matches(d1,'^\d{{5}}$') then (date '1899-12-30'+d1::int)::timestamp end,
   case when regexp_matches(upper(d1),'^\d{{1,2}}[ -][A-Z]+[ -]\d{{2,4}}$') then
    try_strptime(regexp_extract(d1,'^(\d+)',1)||'/'||
     (list_position({MONTHS},replace(replace(substr(upper(regexp_extract(d1,'([A-Za-z]+)',1)),1,3),'AGS','AGU'),'NOP','NOV')))::varchar||'/'||
     (case when length(regexp_extract(d1,'(\d+)$',1))=2 then {CENTURY.format("d1")} else '' end)||regexp_extract(d1,'(\d+)$',1),'%d/%m/%Y') end
  )::date dob0,
  case when regexp_matches(jk0,'^(L|1|PRIA)') then 'L' when regexp_matches(jk0,'^(P|2|W)') then 'P' end jk1,
  {village} desa1,
  {district} kec1
 from b),
d as (select *,
  regexp_replace(regexp_replace(nm2,'^(MUHAMMAD|MUHAMAD|MOHAMMAD|MOHAMAD|MOCHAMAD|MUH|MOH|MOHD|MHD|MD|M) (.)','MUHAMMAD \2'),'^(ACHMAD|AKHMAD|ACH) ','AHMAD ') nm3,
  case when length(nik1)=16 then try_strptime(
   lpad((substr(nik1,7,2)::int % 40)::varchar,2,'0')||substr(nik1,9,2)||
   (case when substr(nik1,11,2)::int>6 then '19' else '20' end)||substr(nik1,11,2),'%d%m%Y')::date end dobn
 from c),
e as (select *, {replaced} k0 from d)
select unique_id, nullif(nik1,'') nik, nullif(kk1,'') kk, nullif(nm3,'') nama,
  nullif(replace(nm3,' ',''),'') nama_ns, nullif(list_reduce(list_transform(range(1,length(k0)+1),lambda i: substr(k0,i::int,1)),lambda p,q: case when right(p,1)=q then p else p||q end,''),'') nama_k,
  nullif(split_part(nm3,' ',1),'') nama1,
  nullif(case when contains(nm3,' ') then regexp_extract(nm3,' ([^ ]+)$',1) else nm3 end,'') nama2,
  strftime(coalesce(dob0,dobn),'%Y-%m-%d') dob,
  coalesce(jk1,case when length(nik1)=16 then (case when substr(nik1,7,2)::int>40 then 'P' else 'L' end) end) jk,
  nullif({letters("tl1")},'') tl, nullif(desa1,'') desa, nullif(kec1,'') kec,
  nullif(regexp_replace(regexp_replace(hp0,'^62','0'),'^8','08'),'') hp, nullif(ib2,'') ibu
from e"""


def level(sql, label):
    return cll.CustomLevel(sql, label)


def comparisons():
    """What is compared, and in which steps."""
    def custom(name, *levels):
        return cl.CustomComparison(output_column_name=name, comparison_levels=list(levels))

    def exact(column):
        return cll.ExactMatchLevel(column).configure(tf_adjustment_column=column)

    rounded = ("substr(nik_l,1,15)=substr(nik_r,1,15) and "
               "(right(nik_l,1)='0' or right(nik_r,1)='0')")
    swapped = ("substr(dob_l,1,4)=substr(dob_r,1,4) and "
               "substr(dob_l,6,2)=substr(dob_r,9,2) and substr(dob_l,9,2)=substr(dob_r,6,2)")
    two = "substr(dob_l,6,5)=substr(dob_r,6,5) or substr(dob_l,1,7)=substr(dob_r,1,7)"
    jaro = cll.JaroWinklerLevel
    return [
        custom("nik", level("nik_l is null or nik_r is null", "null").configure(is_null_level=True),
               cll.ExactMatchLevel("nik"), level(rounded, "rounded"),
               cll.DamerauLevenshteinLevel("nik", 1), cll.DamerauLevenshteinLevel("nik", 2),
               cll.ElseLevel()),
        custom("nama", cll.NullLevel("nama"), exact("nama"), exact("nama_k"),
               jaro("nama_ns", 0.95), jaro("nama_ns", 0.90), jaro("nama_ns", 0.82),
               level("nama1_l=nama1_r or nama2_l=nama2_r", "one word"), cll.ElseLevel()),
        custom("dob", cll.NullLevel("dob"), exact("dob"), level(swapped, "swapped"),
               cll.DamerauLevenshteinLevel("dob", 1), level(two, "two of three"),
               level("substr(dob_l,1,4)=substr(dob_r,1,4)", "year"), cll.ElseLevel()),
        custom("desa", cll.NullLevel("desa"), exact("desa"), jaro("desa", 0.9),
               level("kec_l=kec_r", "district"), cll.ElseLevel()),
        custom("ibu", cll.NullLevel("ibu"), exact("ibu"), jaro("ibu", 0.92), jaro("ibu", 0.82),
               cll.ElseLevel()),
        cl.ExactMatch("jk"),
        cl.ExactMatch("kk"),
        cl.ExactMatch("hp").configure(term_frequency_adjustments=True),
        cl.ExactMatch("tl").configure(term_frequency_adjustments=True),
    ]


RULES = [
    ("nik",), ("dob", "nama1"), ("nama_k", "desa"), ("dob", "substr(nama_k,1,3)"),
    ("kk", "substr(nama_k,1,2)"), ("hp", "substr(nama_k,1,1)"), ("dob", "desa"),
    ("substr(nik,1,12)", "jk"), ("ibu", "dob"), ("nama2", "dob"), ("kk", "substr(dob,1,4)"),
    ("substr(nama_k,1,5)", "desa", "substr(dob,1,4)"),
]


def main():
    logging.getLogger("splink").setLevel(logging.WARNING)
    mode, files, out = sys.argv[1], sys.argv[2:-1], sys.argv[-1]
    stages, last = {}, [time.monotonic(), time.process_time()]

    def lap(name):
        now = [time.monotonic(), time.process_time()]
        stages[name] = [round(now[0] - last[0], 2), round(now[1] - last[1], 2)]
        last[:] = now

    database = duckdb.connect()
    database.execute("set threads=2; set preserve_insertion_order=false")
    database.execute(f"set temp_directory='{out}.tmp'")
    for at, file in enumerate(files):
        database.execute(f"create table t{at} as {normal(file)}")
    lap("normalise")
    settings = SettingsCreator(
        link_type="link_only" if mode == "link" else "dedupe_only",
        comparisons=comparisons(),
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
        retain_intermediate_calculation_columns=False, retain_matching_columns=False,
        em_convergence=0.001, max_iterations=15)
    api = DuckDBAPI(connection=database)
    frames = [api.register(database.table(f"t{at}")) for at in range(len(files))]
    linker = Linker(frames if len(frames) > 1 else frames[0], settings)
    train = linker.training
    train.estimate_probability_two_random_records_match(
        [block_on("nik"), block_on("nama", "dob", "desa")], recall=0.85)
    train.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    by = train.estimate_parameters_using_expectation_maximisation
    by(block_on("nik"), max_pairs=1e6)
    by(block_on("dob"), fix_u_probabilities=False, max_pairs=1e6)
    lap("train")
    found = linker.inference.predict(threshold_match_probability=0.01)
    lap("predict")
    database.execute(f"copy (select unique_id_l id_l, unique_id_r id_r, match_probability prob "
                     f"from {found.physical_name}) to '{out}' (header)")
    lap("write")
    if mode == "dedupe":
        linker.clustering.cluster_pairwise_predictions_at_threshold(
            found, threshold_match_probability=0.95)
        lap("cluster")
    print(json.dumps({"splink": splink.__version__, "duckdb": duckdb.__version__,
                      "stages": stages, "load": os.getloadavg()}), file=sys.stderr)


main()
