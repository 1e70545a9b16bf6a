//! What is answered: a code of the status of HTTP, the service, and the case, from one table.

macro_rules! services {
    ($($(#[$doc:meta])* $variant:ident = $code:literal $name:literal $path:literal,)*) => {
        /// A service of SNAP that Payung offers or asks for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Service { $($(#[$doc])* $variant),* }

        impl Service {
            /// Every service, by code.
            pub const ALL: &'static [Service] = &[$(Service::$variant),*];

            /// The two digits.
            pub fn code(self) -> u8 {
                match self { $(Service::$variant => $code),* }
            }

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(Service::$variant => $name),* }
            }

            /// The path, as the standard has it.
            pub fn path(self) -> &'static str {
                match self { $(Service::$variant => $path),* }
            }
        }
    };
}

services! {
    /// What a virtual account owes.
    Inquiry = 24 "inquiry" "/v1.0/transfer-va/inquiry",
    /// A virtual account was paid.
    Payment = 25 "payment" "/v1.0/transfer-va/payment",
    /// What became of a payment.
    Status = 26 "status" "/v1.0/transfer-va/status",
    /// A virtual account is made known to a bank.
    Register = 27 "register" "/v1.0/transfer-va/create-va",
    /// A virtual account is changed at a bank.
    Update = 28 "update" "/v1.0/transfer-va/update-va",
    /// What became of a transfer.
    TransferStatus = 36 "transfer-status" "/v1.0/transfer/status",
    /// A token for a quarter of an hour.
    Token = 73 "token" "/v1.0/access-token/b2b",
}

macro_rules! cases {
    ($(
        $(#[$doc:meta])*
        $variant:ident = $name:literal $http:literal $case:literal $words:literal,
    )*) => {
        /// What came of a request; the order is the order of trying.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Case { $($(#[$doc])* $variant),* }

        impl Case {
            /// Every case, in order.
            pub const ALL: &'static [Case] = &[$(Case::$variant),*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(Case::$variant => $name),* }
            }

            /// The case with this stable name.
            pub fn from_name(name: &str) -> Option<Case> {
                match name { $($name => Some(Case::$variant),)* _ => None }
            }

            /// The status of HTTP.
            pub fn http(self) -> u16 {
                match self { $(Case::$variant => $http),* }
            }

            /// The two digits of the case.
            pub fn digits(self) -> u8 {
                match self { $(Case::$variant => $case),* }
            }

            /// The standard's own words.
            pub fn words(self) -> &'static str {
                match self { $(Case::$variant => $words),* }
            }
        }
    };
}

cases! {
    /// Too many requests, or too many that proved nothing.
    TooMany = "TOO_MANY" 429 0 "Too Many Requests", // not law: HTTP
    /// No document of JSON, or one that is too large.
    Unreadable = "UNREADABLE" 400 0 "Bad Request", // not law: HTTP
    /// The token is none of ours, or its time is over.
    TokenInvalid = "TOKEN_INVALID" 401 1 "Invalid Token (B2B)", // not law: HTTP
    /// Who asks is not known, or what was signed is something else or from another hour.
    Unauthorized = "UNAUTHORIZED" 401 0 "Unauthorized", // not law: HTTP
    /// A field is not written as it should be.
    FieldFormat = "FIELD_FORMAT" 400 1 "Invalid Field Format", // not law: HTTP
    /// A field is not there.
    FieldMissing = "FIELD_MISSING" 400 2 "Invalid Mandatory Field", // not law: HTTP
    /// The same number of the day stands for something else.
    Conflict = "CONFLICT" 409 0 "Conflict", // not law: HTTP
    /// The same payment was told with other facts.
    DuplicateReference = "DUPLICATE_REFERENCE" 409 1 // not law: HTTP
        "Duplicate partnerReferenceNo",
    /// No such payment was told.
    TransactionUnknown = "TRANSACTION_UNKNOWN" 404 1 "Transaction Not Found", // not law: HTTP
    /// The number stands for no bill.
    BillUnknown = "BILL_UNKNOWN" 404 12 "Invalid Bill/Virtual Account", // not law: HTTP
    /// The bill was taken back and is not to be paid now.
    BillWithdrawn = "BILL_WITHDRAWN" 404 19 "Invalid Bill/Virtual Account", // not law: HTTP
    /// The bill is paid.
    BillPaid = "BILL_PAID" 404 14 "Paid Bill", // not law: HTTP
    /// The amount is not the bill's.
    AmountDiffers = "AMOUNT_DIFFERS" 404 13 "Invalid Amount", // not law: HTTP
    /// It could not be done now; nothing was done.
    Failed = "FAILED" 500 0 "General Error", // not law: HTTP
    /// It may or may not have been done: ask what became of it.
    TimedOut = "TIMED_OUT" 504 0 "Timeout", // not law: HTTP
    /// Done, or found.
    Successful = "SUCCESSFUL" 200 0 "Successful", // not law: HTTP
}

impl Case {
    /// The seven digits that are answered.
    pub fn response_code(self, service: Service) -> String {
        format!("{}{:02}{:02}", self.http(), service.code(), self.digits())
    }

    /// The words that are answered; `field` says which one when it is about one.
    pub fn message(self, field: &str) -> String {
        match field {
            "" => self.words().to_owned(),
            field => format!("{} {field}", self.words()),
        }
    }
}

/// What a code says that came back from a bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The status of HTTP.
    pub http: u16,
    /// The service it is about.
    pub service: u8,
    /// The case.
    pub case: u8,
}

impl Said {
    /// Reads seven digits.
    pub fn parse(text: &str) -> Option<Said> {
        if text.len() != 7 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (http, service, case) = (text.get(..3)?, text.get(3..5)?, text.get(5..)?);
        Some(Said {
            http: http.parse().ok()?,
            service: service.parse().ok()?,
            case: case.parse().ok()?,
        })
    }
}
