//! A form, what was sent with one, and what is wrong in it.

use askama::Template;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;

use crate::page::Page;
use crate::parts::{Control, Field, MistakeSummary};

/// A form that is sent to an address.
#[derive(Template)]
#[template(path = "parts/form.html")]
pub(crate) struct Form {
    pub action: String,
    pub fields: Vec<Field>,
    /// What pressing the button does.
    pub button: String,
    /// Another button that sends the same answers: the name it sends, and what pressing it does.
    pub aside: Option<(&'static str, String)>,
    /// Another way out.
    pub other: Option<(String, String)>,
    /// Whether the act is hard to take back; the button says so by its colour too.
    pub grave: bool,
    /// Sent back unseen.
    pub hidden: Vec<(String, String)>,
    /// Whether the answer is found by address and nothing changes.
    is_search: bool,
}

/// A page that is one form.
#[derive(Template)]
#[template(path = "form.html")]
pub(crate) struct FormPage {
    pub page: Page,
    pub back: Option<(String, String)>,
    /// Empty when the only question is the heading.
    pub heading: String,
    pub lead: Vec<String>,
    pub mistakes: MistakeSummary,
    pub form: Form,
    /// Another way to the same end: an address, and what a link to it says.
    pub instead: Option<(String, String)>,
    /// Pages that belong to this one: an address, and what a link to it says.
    pub further: Vec<(String, String)>,
}

/// Something wrong in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The field.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub text: String,
    /// Where its line leads.
    pub target: String,
}

/// Everything wrong in a form, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mistakes(Vec<Mistake>);

/// What a form sent.
#[derive(Clone, Default)]
pub(crate) struct Posted(Vec<(String, String)>);

impl Form {
    /// A form with the two hidden fields that every form carries: where it comes from, and which
    /// one it is, so that a button pressed twice acts once.
    pub(crate) fn new(page: &Page, action: &str, button: &str, fields: Vec<Field>) -> Form {
        let hidden = [("csrf", page.csrf().to_owned()), ("once", once())];
        Form {
            action: page.href(action),
            fields,
            button: page.w(button),
            aside: None,
            other: None,
            grave: false,
            hidden: hidden.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            is_search: false,
        }
    }

    /// A form whose answers are part of an address.
    pub(crate) fn search(page: &Page, action: &str, button: &str, fields: Vec<Field>) -> Form {
        let english = (page.lang == "en").then(|| ("bahasa".to_owned(), "en".to_owned()));
        Form {
            action: action.to_owned(),
            fields,
            button: page.w(button),
            aside: None,
            other: None,
            grave: false,
            hidden: english.into_iter().collect(),
            is_search: true,
        }
    }

    /// The same form with another token against forgery, for pages before the login.
    pub(crate) fn with_csrf(mut self, token: &str) -> Form {
        self.hidden.retain(|(name, _)| name != "csrf");
        self.with_hidden("csrf", token)
    }

    /// The same form without a key and without a name of its own, for what acts in nobody's name.
    pub(crate) fn of_nobody(mut self) -> Form {
        self.hidden.clear();
        self
    }

    /// The same form, sending one more thing back unseen.
    pub(crate) fn with_hidden(mut self, name: &str, value: &str) -> Form {
        self.hidden.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same form, set apart from others of the page.
    pub(crate) fn scoped(mut self, scope: &str) -> Form {
        for field in &mut self.fields {
            field.scope = format!("{scope}-");
        }
        self
    }

    /// The same form with what was sent and what is wrong in it.
    pub(crate) fn filled(mut self, posted: &Posted, mistakes: &Mistakes) -> Form {
        for field in &mut self.fields {
            field.fill(posted);
            if let Some(mistake) = mistakes.0.iter().find(|found| found.field == field.name) {
                field.mistake = mistake.text.clone();
            }
        }
        self
    }

    /// The lines above the heading.
    pub(crate) fn summary(&self, page: &Page) -> MistakeSummary {
        let wrong = self.fields.iter().filter(|field| !field.mistake.is_empty());
        let mistake = |field: &Field| Mistake {
            field: field.name,
            text: field.mistake.clone(),
            target: field.target(),
        };
        let mistakes = wrong.map(mistake).collect();
        MistakeSummary { heading: page.w("web-mistakes-heading"), mistakes }
    }

    /// A form without what the page adds.
    #[cfg(test)]
    pub(super) fn bare(action: &str, fields: Vec<Field>) -> Form {
        Form {
            action: action.to_owned(),
            fields,
            button: String::new(),
            aside: None,
            other: None,
            grave: false,
            hidden: Vec::new(),
            is_search: false,
        }
    }

    fn sends_files(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.control, Control::File { .. }))
    }
}

impl FormPage {
    /// The page of a form, with the words of what is wrong in it.
    pub(crate) fn new(page: Page, heading: String, form: Form) -> FormPage {
        let mistakes = form.summary(&page);
        let page = if mistakes.mistakes.is_empty() { page } else { page.with_mistakes() };
        let lead = Vec::new();
        let (back, instead, further) = (None, None, Vec::new());
        FormPage { page, back, heading, lead, mistakes, form, instead, further }
    }

    /// The same page with a way back.
    pub(crate) fn with_back(mut self, path: &str, key: &str) -> FormPage {
        self.back = Some((self.page.href(path), self.page.w(key)));
        self
    }
}

impl Mistakes {
    /// None yet.
    pub(crate) fn none() -> Mistakes {
        Mistakes::default()
    }

    /// Notes something wrong in a field; the first of a field stays.
    pub(crate) fn add(&mut self, field: &'static str, text: impl Into<String>) {
        if self.0.iter().all(|found| found.field != field) {
            self.0.push(Mistake { field, text: text.into(), target: field.to_owned() });
        }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Posted {
    /// What was sent, in order.
    pub(crate) fn from_pairs(pairs: Vec<(String, String)>) -> Posted {
        Posted(pairs)
    }

    /// The answer to a question without blanks around it; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// The answer as it was typed, for passwords.
    pub(crate) fn exact(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every answer to a question of which there may be many.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// Whether a thing was ticked.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

impl Field {
    /// Takes over the answer that was sent; passwords and files are asked again.
    fn fill(&mut self, posted: &Posted) {
        match &mut self.control {
            Control::Secret { .. } | Control::File { .. } => return,
            Control::Many(choices) => {
                for choice in choices {
                    choice.chosen = posted.all(self.name).any(|sent| sent == choice.value);
                }
            }
            Control::Select(choices) => {
                choices.iter_mut().for_each(|choice| choice.chosen = false);
            }
            Control::Line { .. } | Control::Lines(_) | Control::Tick => {}
        }
        self.value = posted.get(self.name).to_owned();
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = StatusCode;

    async fn from_request(request: Request, state: &S) -> Result<Posted, StatusCode> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let form = axum::Form::<Vec<(String, String)>>::from_request(request, state).await;
        match form {
            Ok(axum::Form(pairs)) => Ok(Posted(pairs)),
            Err(rejection) => Err(rejection.status()),
        }
    }
}

/// A name that no other form has.
pub(crate) fn once() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static KEYS: OnceLock<RandomState> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut hasher = KEYS.get_or_init(RandomState::new).build_hasher();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    hasher.write_u64(count);
    let number = hasher.finish();
    // In parts, so that it never looks like somebody's number.
    format!("{:08x}-{:08x}-{count:08x}", number >> 32, number as u32)
}
