//! Reading files from outside in a child process with little memory and little time.
//!
//! A spreadsheet is hostile until read. The reader of `documents` meters everything it does, and
//! this is the wall behind it: should a file still make it run away, the child dies and the file is
//! refused. The child is this same program, started with `__read`; it sends back the events.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};

use documents::read::{ConfirmedMapping, Event, Limits, RawPart, ReadOptions, ReadSummary};
use domain::organisation::import::CellRow;

mod wire;

/// How files are read.
#[derive(Debug, Clone)]
pub enum Reader {
    /// In this process, for files of our own making and for tests.
    InProcess,
    /// In a child process of this program.
    Child {
        /// The program to start.
        program: PathBuf,
    },
}

/// What the reader is asked for.
#[derive(Debug, Clone, Default)]
pub struct ReadRequest {
    /// The file.
    pub path: PathBuf,
    /// Only the sheet of this name.
    pub only_sheet: Option<String>,
    /// Mappings confirmed earlier for this sender.
    pub mappings: Vec<ConfirmedMapping>,
    /// Whether rows are told as they stand, and no table of people is looked for.
    pub raw: bool,
}

/// Why a file cannot be read: a code of the catalogue and the word its sentence needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRefusal {
    /// The code, as in `refusal-CODE`.
    pub code: String,
    /// What the file really is, as in `kind-DETAIL`, when that is known.
    pub detail: String,
}

/// The child's memory, in bytes of address space: enough for any honest file.
const CHILD_MEMORY_MAX: u64 = 1 << 30;
/// The child's time, in seconds of one core.
const CHILD_SECONDS_MAX: u64 = 120;
/// Cells of a file whose rows are kept as they stand.
const RAW_CELLS_MAX: u64 = 1_000_000;

impl Reader {
    /// Reads a file and tells what is found, in its order.
    ///
    /// # Errors
    /// A [`FileRefusal`]; events told before it are void.
    pub fn read(
        &self,
        request: &ReadRequest,
        sink: &mut dyn FnMut(Event),
    ) -> Result<ReadSummary, FileRefusal> {
        match self {
            Reader::InProcess => read_here(request, sink),
            Reader::Child { program } => read_in_child(program, request, sink),
        }
    }
}

impl Reader {
    /// Every row of a file as it stands, table or not, in its order.
    ///
    /// # Errors
    /// A [`FileRefusal`].
    pub fn rows(&self, path: &Path) -> Result<Vec<CellRow>, FileRefusal> {
        match self {
            Reader::InProcess => rows_here(path),
            Reader::Child { program } => {
                let request =
                    ReadRequest { path: path.to_owned(), raw: true, ..ReadRequest::default() };
                let mut rows = Vec::new();
                in_child(program, &request, |input| wire::receive_rows(input, &mut rows))?;
                Ok(rows)
            }
        }
    }
}

fn rows_here(path: &Path) -> Result<Vec<CellRow>, FileRefusal> {
    let file = File::open(path).map_err(|_| coded("READ_FAILED"))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let options = ReadOptions {
        file_name: name.as_deref().unwrap_or(""),
        limits: Limits { cells_max: RAW_CELLS_MAX, ..Limits::standard() },
        only_sheet: None,
        mappings: &[],
    };
    let mut rows: Vec<CellRow> = Vec::new();
    let input = BufReader::with_capacity(1 << 16, file);
    documents::read::raw_cells(input, &options, &mut |part| {
        let RawPart::Cell { at, text, .. } = part else { return };
        let is_new = rows.last().is_none_or(|row| (row.sheet, row.row) != (at.sheet, at.row));
        if is_new {
            rows.push(CellRow { sheet: at.sheet, row: at.row, cells: Vec::new() });
        }
        if let Some(row) = rows.last_mut() {
            row.cells.push((at.column, text.into()));
        }
    })
    .map_err(|refusal| wire::coded_refusal(&refusal))?;
    Ok(rows)
}

fn read_here(
    request: &ReadRequest,
    sink: &mut dyn FnMut(Event),
) -> Result<ReadSummary, FileRefusal> {
    let file = File::open(&request.path).map_err(|_| coded("READ_FAILED"))?;
    let name = request.path.file_name().map(|name| name.to_string_lossy().into_owned());
    let options = ReadOptions {
        file_name: name.as_deref().unwrap_or(""),
        limits: Limits::standard(),
        only_sheet: request.only_sheet.as_deref(),
        mappings: &request.mappings,
    };
    documents::read::read(BufReader::with_capacity(1 << 16, file), &options, sink)
        .map_err(|refusal| wire::coded_refusal(&refusal))
}

fn read_in_child(
    program: &Path,
    request: &ReadRequest,
    sink: &mut dyn FnMut(Event),
) -> Result<ReadSummary, FileRefusal> {
    in_child(program, request, |input| wire::receive(input, sink))
}

/// Starts the child, asks it, and hands its answer to `receive`.
fn in_child<T>(
    program: &Path,
    request: &ReadRequest,
    receive: impl FnOnce(BufReader<ChildStdout>) -> io::Result<Result<T, FileRefusal>>,
) -> Result<T, FileRefusal> {
    let mut child = Command::new(program)
        .arg("__read")
        .arg(&request.path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| coded("READ_FAILED"))?;
    let mut ask = child.stdin.take().expect("stdin was asked for as a pipe");
    // A child that died before reading its request is seen below, as one that did not finish.
    let _ = ask.write_all(&wire::request(request));
    drop(ask);
    let out = child.stdout.take().expect("stdout was asked for as a pipe");
    let answer = receive(BufReader::with_capacity(1 << 18, out));
    // The child ends by itself once its pipe is closed; its status adds nothing to its answer.
    let _ = child.wait();
    answer.unwrap_or_else(|_| Err(coded("READER_STOPPED")))
}

/// The child's whole life: take the request from standard input, read, answer on standard output.
///
/// # Errors
/// When the parent is gone.
pub fn serve_child(path: &Path) -> io::Result<()> {
    limit_resources();
    let mut asked = Vec::new();
    io::stdin().lock().read_to_end(&mut asked)?;
    let request = wire::parse_request(path, &asked);
    let mut out = BufWriter::with_capacity(1 << 18, io::stdout().lock());
    if request.raw {
        wire::send_rows(&mut out, rows_here(path))?;
        return out.flush();
    }
    let mut sent = Ok(());
    let answer = read_here(&request, &mut |event| {
        if sent.is_ok() {
            sent = wire::send_event(&mut out, event);
        }
    });
    sent?;
    wire::send_answer(&mut out, answer)?;
    out.flush()
}

#[cfg(unix)]
fn limit_resources() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = |most: u64| Rlimit { current: Some(most), maximum: Some(most) };
    // A limit that the machine does not grant leaves the reader's own metering in charge.
    let _ = setrlimit(Resource::As, limit(CHILD_MEMORY_MAX));
    let _ = setrlimit(Resource::Cpu, limit(CHILD_SECONDS_MAX));
    let _ = setrlimit(Resource::Core, limit(0));
}

#[cfg(not(unix))]
fn limit_resources() {}

fn coded(code: &str) -> FileRefusal {
    FileRefusal { code: code.to_owned(), detail: String::new() }
}
