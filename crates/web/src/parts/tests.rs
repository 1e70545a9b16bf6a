//! Pieces as they are read by a person who sees them and by one who hears them.

use app::words::Language;

use super::*;

fn writing() -> Writing {
    Writing::of(Language::Indonesian)
}

#[test]
fn a_wrong_answer_is_tied_to_its_question() {
    let mut field = Field::line(writing(), "nama", "web-optional").answered("<b>\"");
    field.mistake = "Tulis namanya.".into();
    let text = field.render().expect("a field");
    for piece in [
        "<label for=\"nama\">",
        "id=\"nama-mistake\"",
        "aria-describedby=\"nama-mistake\"",
        "aria-invalid=\"true\"",
        "value=\"&#60;b&#62;&#34;\"",
        "class=\"field wrong\"",
    ] {
        assert!(text.contains(piece), "{piece} in {text}");
    }
    assert!(!text.contains("required"));
}

#[test]
fn a_group_of_choices_has_a_legend() {
    let choices = vec![Choice::new("a", "Satu"), Choice::new("b", "Dua")];
    let field = Field::new(writing(), "pilih", "web-optional", Control::Many(choices));
    let text = field.render().expect("a field");
    assert!(text.contains("<legend>") && text.contains("id=\"pilih-1\""));
    assert!(text.contains("value=\"b\"") && !text.contains("checked"), "{text}");
    assert_eq!(field.target(), "pilih-1");
}

#[test]
fn answers_are_kept_and_passwords_are_not() {
    let pairs = [("nama", " Budi "), ("sandi", "rahasia")];
    let posted =
        Posted::from_pairs(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec());
    assert_eq!(posted.get("nama"), "Budi");
    assert_eq!(posted.exact("nama"), " Budi ");
    let secret = Control::Secret { filled_by: "current-password" };
    let fields = vec![
        Field::line(writing(), "nama", "web-optional"),
        Field::new(writing(), "sandi", "web-optional", secret),
    ];
    let mut form = Form::bare("/x", fields);
    let mut mistakes = Mistakes::none();
    mistakes.add("sandi", "Tulis kata sandi.");
    mistakes.add("sandi", "Kedua.");
    form = form.filled(&posted, &mistakes);
    let text = form.render().expect("a form");
    assert!(text.contains("value=\"Budi\""), "{text}");
    assert!(!text.contains("rahasia"));
    assert!(text.contains("Tulis kata sandi.") && !text.contains("Kedua."));
    assert!(text.contains("method=\"post\"") && text.contains("novalidate"));
}

#[test]
fn one_form_is_not_another() {
    let (one, other) = (form::once(), form::once());
    assert_ne!(one, other);
    assert_eq!(one.len(), other.len());
}
