//! What blocking finds by family and size, and how often a probability is right, on sets whose
//! truth is known: `cargo xtask bench linkage blocking`.

#[path = "set/truth.rs"]
mod set;

use std::path::Path;

use linkage::model::Model;
use set::Set;

fn main() {
    for folder in std::env::args().skip(1) {
        let set = Set::load(Path::new(&folder));
        let name = Path::new(&folder)
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let model = Model::shipped();
        set.measure(&name, model);
        println!("{}", set::report::told(&set, &name, model));
    }
}
