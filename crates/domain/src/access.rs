//! Who may do what, and where: roles, operations, and the one table that joins them.
//!
//! A use case, a route and a command each carry an [`Operation`]; an operation without a row in
//! [`policy`] does not compile. What is not granted is refused.

use base::id::kind;
use base::{Day, Id, RegionCode};

use crate::words::words;

words! {
    /// What somebody is in an office.
    Role {
        /// Sends the list of a village and fixes what is wrong in it.
        VillageOperator = "village-operator",
        /// Makes one clean register out of many lists.
        Verifier = "verifier",
        /// Sets up programmes and puts lists forward.
        Officer = "officer",
        /// Bills and pays.
        Treasurer = "treasurer",
        /// Approves what others put forward.
        Approver = "approver",
        /// Takes files in the insurer's format and answers them.
        BpjsOfficer = "bpjs-officer",
        /// Registers people in a territory of the field.
        Agent = "agent",
        /// Sees everything, changes nothing.
        Auditor = "auditor",
        /// Keeps the installation and who may enter it.
        Administrator = "administrator",
        /// The desk of a small office, and the embedded default: everything but approving.
        Operator = "operator",
        /// Anybody, without a login.
        Public = "public",
    }
}

words! {
    /// What is asked of Payung.
    Operation {
        /// Pages for everybody: cover in figures, rules, help, health.
        ReadPublic = "read-public",
        /// Logging in, and out.
        SignIn = "sign-in",
        /// What banks ask and tell: they have no account and prove themselves by a signature.
        TellPayments = "tell-payments",
        /// One's own desk: work waiting, own password, own second factor.
        OwnDesk = "own-desk",
        /// Received files and what was found in them.
        ReadSheets = "read-sheets",
        /// Taking a file in: upload, columns, corrections, decision.
        TakeIn = "take-in",
        /// Taking an import back.
        UndoSheet = "undo-sheet",
        /// Lists of other offices: the dead, civil servants, already insured.
        TakeReferences = "take-references",
        /// People, masked.
        ReadPeople = "read-people",
        /// One person's identity, unmasked, for a reason.
        Unmask = "unmask",
        /// Correcting a person.
        ChangePerson = "change-person",
        /// Erasing a person's identity.
        ErasePerson = "erase-person",
        /// A file with the identity of many.
        ExportPeople = "export-people",
        /// Offices, agreements, funds, programmes.
        SetUp = "set-up",
        /// Ticking what a party of an agreement has done.
        FollowUp = "follow-up",
        /// Reading programmes, lists, bills, the ledger.
        ReadMoney = "read-money",
        /// Putting a list forward.
        Propose = "propose",
        /// Deciding on what another put forward.
        Approve = "approve",
        /// Bills and bank statements.
        Pay = "pay",
        /// Cards drawn.
        Cards = "cards",
        /// Days on which cards are handed over: seats, tallies, who did not come, masked.
        ReadCardDays = "read-card-days",
        /// Cards handed over, and told of it.
        HandOver = "hand-over",
        /// Claims, the dead who were never claimed for, masked.
        ReadClaims = "read-claims",
        /// Photos and scanned papers of claims, whole, by whoever handles or decides on them.
        OpenClaimFiles = "open-claim-files",
        /// Claims opened, their papers and people kept, put forward, sent and closed.
        HandleClaims = "handle-claims",
        /// What BPJS decides of a claim and pays, written down.
        AnswerClaims = "answer-claims",
        /// What anybody asks and tells without a login: a card's status, an event, their own data.
        UseDoors = "use-doors",
        /// What anybody told, masked.
        ReadMessages = "read-messages",
        /// What anybody told, whole, answered, and claims opened for it.
        HandleMessages = "handle-messages",
        /// Events, their calendar and effect, agents and leads, masked.
        ReadOutreach = "read-outreach",
        /// People registered in the field, where there is no network, and what is sent later.
        RegisterInField = "register-in-field",
        /// Events and agents kept, attendance and leads written down and followed up.
        HandleOutreach = "handle-outreach",
        /// Jobs that run, and stopping them.
        Jobs = "jobs",
        /// Users and what they may, read.
        ReadUsers = "read-users",
        /// Users added, suspended, let in again; roles put forward.
        ManageUsers = "manage-users",
        /// Access beyond one's grants, for a reason and a time.
        BreakGlass = "break-glass",
        /// The audit log.
        ReadAudit = "read-audit",
        /// Settings of the office.
        Settings = "settings",
        /// Keys, backups, migrations, metrics.
        Operate = "operate",
    }
}

/// Some operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Operations(u64);

const _: () = assert!(Operation::ALL.len() <= 64, "an operation has a bit of its own");

impl Operations {
    /// These.
    pub fn of(operations: impl IntoIterator<Item = Operation>) -> Operations {
        Operations(operations.into_iter().fold(0, |bits, one| bits | 1 << one as u32))
    }

    /// Whether this is one of them.
    pub fn contains(self, operation: Operation) -> bool {
        self.0 >> operation as u32 & 1 == 1
    }

    /// Each of them, in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = Operation> {
        Operation::ALL.iter().copied().filter(move |one| self.contains(*one))
    }
}

/// How far an operation reaches for a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// What is one's own.
    Own,
    /// The territory of the grant and what lies inside it.
    Territory,
    /// What the office of the grant sent or keeps.
    Office,
    /// The whole regency.
    Tenant,
}

/// Who may do an operation, and how far: the roles that are not named may not.
///
/// # Shape
/// Every operation has a row; the match makes sure of it.
pub fn policy(operation: Operation) -> &'static [(Role, Scope)] {
    use Role::*;
    use Scope::{Office, Own, Tenant, Territory};
    match operation {
        Operation::ReadPublic
        | Operation::SignIn
        | Operation::TellPayments
        | Operation::UseDoors => EVERYBODY,
        Operation::OwnDesk | Operation::BreakGlass => STAFF_OWN,
        Operation::ReadSheets => WHO_READS_SHEETS,
        Operation::TakeIn => &[
            (VillageOperator, Territory),
            (Verifier, Territory),
            (Officer, Tenant),
            (Operator, Tenant),
        ],
        Operation::UndoSheet => {
            &[(VillageOperator, Own), (Verifier, Territory), (Officer, Tenant), (Operator, Tenant)]
        }
        Operation::TakeReferences | Operation::ExportPeople => {
            &[(Officer, Tenant), (BpjsOfficer, Tenant), (Operator, Tenant)]
        }
        Operation::ReadPeople => WHO_READS_PEOPLE,
        Operation::Unmask | Operation::ReadMessages => &[
            (VillageOperator, Territory),
            (Verifier, Territory),
            (Officer, Tenant),
            (Auditor, Tenant),
            (Operator, Tenant),
        ],
        Operation::ChangePerson => &[(Verifier, Territory), (Officer, Tenant), (Operator, Tenant)],
        Operation::ErasePerson | Operation::Propose | Operation::Cards => {
            &[(Officer, Tenant), (Operator, Tenant)]
        }
        Operation::ReadCardDays => WHO_READS_CARD_DAYS,
        Operation::HandOver => WHO_HANDS_OVER,
        Operation::SetUp => &[(Officer, Tenant), (Administrator, Tenant), (Operator, Tenant)],
        // Whoever keeps the agreement notes for every party; a party's own people for theirs alone.
        Operation::FollowUp => &[(Officer, Tenant), (BpjsOfficer, Office), (Operator, Tenant)],
        Operation::ReadMoney => WHO_READS_MONEY,
        Operation::Approve => &[(Approver, Tenant)],
        Operation::Pay => &[(Treasurer, Tenant), (Operator, Tenant)],
        Operation::ReadClaims => WHO_READS_CLAIMS,
        // Nobody decides well on a paper that they may not see.
        Operation::OpenClaimFiles => &[(Officer, Tenant), (Approver, Tenant), (Operator, Tenant)],
        Operation::HandleClaims | Operation::HandleMessages => {
            &[(Officer, Tenant), (Operator, Tenant)]
        }
        Operation::AnswerClaims => &[(Officer, Tenant), (BpjsOfficer, Tenant), (Operator, Tenant)],
        // Whoever plans looks at what others plan; who was there and who wants in is by place.
        Operation::ReadOutreach => WHO_READS_PEOPLE,
        Operation::HandleOutreach => WHO_REACHES_OUT,
        // Whoever is an agent by code; the use case asks for the agent's own territory.
        Operation::RegisterInField => WHO_HANDS_OVER,
        Operation::Jobs => &[
            (VillageOperator, Own),
            (Verifier, Own),
            (Officer, Tenant),
            (Treasurer, Own),
            (Administrator, Tenant),
            (Operator, Tenant),
        ],
        Operation::ReadUsers => {
            &[(Administrator, Tenant), (Auditor, Tenant), (Approver, Tenant), (Operator, Tenant)]
        }
        Operation::ManageUsers | Operation::Settings | Operation::Operate => {
            &[(Administrator, Tenant), (Operator, Tenant)]
        }
        Operation::ReadAudit => &[(Auditor, Tenant), (Administrator, Tenant), (Operator, Tenant)],
    }
}

const WHO_READS_SHEETS: &[(Role, Scope)] = &[
    (Role::VillageOperator, Scope::Territory),
    (Role::Verifier, Scope::Territory),
    (Role::Officer, Scope::Tenant),
    (Role::Approver, Scope::Tenant),
    (Role::Auditor, Scope::Tenant),
    (Role::Operator, Scope::Tenant),
];

const WHO_REACHES_OUT: &[(Role, Scope)] = &[
    (Role::VillageOperator, Scope::Territory),
    (Role::Officer, Scope::Tenant),
    (Role::BpjsOfficer, Scope::Tenant),
    (Role::Agent, Scope::Territory),
    (Role::Operator, Scope::Tenant),
];

const WHO_READS_PEOPLE: &[(Role, Scope)] = &[
    (Role::VillageOperator, Scope::Territory),
    (Role::Verifier, Scope::Territory),
    (Role::Officer, Scope::Tenant),
    (Role::Treasurer, Scope::Tenant),
    (Role::Approver, Scope::Tenant),
    (Role::BpjsOfficer, Scope::Tenant),
    (Role::Agent, Scope::Territory),
    (Role::Auditor, Scope::Tenant),
    (Role::Operator, Scope::Tenant),
];

const WHO_READS_CLAIMS: &[(Role, Scope)] = &[
    (Role::VillageOperator, Scope::Territory),
    (Role::Verifier, Scope::Territory),
    (Role::Officer, Scope::Tenant),
    (Role::Treasurer, Scope::Tenant),
    (Role::Approver, Scope::Tenant),
    (Role::BpjsOfficer, Scope::Tenant),
    (Role::Auditor, Scope::Tenant),
    (Role::Operator, Scope::Tenant),
];

const WHO_READS_CARD_DAYS: &[(Role, Scope)] = &[
    (Role::VillageOperator, Scope::Territory),
    (Role::Verifier, Scope::Territory),
    (Role::Officer, Scope::Tenant),
    (Role::Agent, Scope::Territory),
    (Role::Auditor, Scope::Tenant),
    (Role::Operator, Scope::Tenant),
];

const WHO_HANDS_OVER: &[(Role, Scope)] = &[
    (Role::VillageOperator, Scope::Territory),
    (Role::Officer, Scope::Tenant),
    (Role::Agent, Scope::Territory),
    (Role::Operator, Scope::Tenant),
];

const WHO_READS_MONEY: &[(Role, Scope)] = &[
    (Role::Officer, Scope::Tenant),
    (Role::Treasurer, Scope::Tenant),
    (Role::Approver, Scope::Tenant),
    (Role::Auditor, Scope::Tenant),
    (Role::BpjsOfficer, Scope::Tenant),
    (Role::Operator, Scope::Tenant),
];

const EVERYBODY: &[(Role, Scope)] = &[
    (Role::VillageOperator, Scope::Tenant),
    (Role::Verifier, Scope::Tenant),
    (Role::Officer, Scope::Tenant),
    (Role::Treasurer, Scope::Tenant),
    (Role::Approver, Scope::Tenant),
    (Role::BpjsOfficer, Scope::Tenant),
    (Role::Agent, Scope::Tenant),
    (Role::Auditor, Scope::Tenant),
    (Role::Administrator, Scope::Tenant),
    (Role::Operator, Scope::Tenant),
    (Role::Public, Scope::Tenant),
];

const STAFF_OWN: &[(Role, Scope)] = &[
    (Role::VillageOperator, Scope::Own),
    (Role::Verifier, Scope::Own),
    (Role::Officer, Scope::Own),
    (Role::Treasurer, Scope::Own),
    (Role::Approver, Scope::Own),
    (Role::BpjsOfficer, Scope::Own),
    (Role::Agent, Scope::Own),
    (Role::Auditor, Scope::Own),
    (Role::Administrator, Scope::Own),
    (Role::Operator, Scope::Own),
];

/// A role held by somebody, where and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The territory it is held for.
    pub territory: RegionCode,
    /// The office it is held in, when it is one.
    pub org: Option<Id<kind::Org>>,
    /// The first day.
    pub from: Day,
    /// The last day; none when it does not end.
    pub until: Option<Day>,
    /// Who lends it, when it is a delegation.
    pub lent_by: Option<Id<kind::User>>,
    /// Whether it was taken behind the glass: for reading only, for a reason and a short time.
    pub glass: bool,
    /// What it is narrowed to, where a program acts by it.
    pub only: Option<Operations>,
}

/// What access behind the glass is for: reading. It moves nothing.
pub const GLASS_OPERATIONS: &[Operation] =
    &[Operation::ReadSheets, Operation::ReadPeople, Operation::Unmask, Operation::ReadMoney];

/// What an operation is about, as far as access cares; what is not known is the whole regency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Target {
    /// The region.
    pub territory: Option<RegionCode>,
    /// The office.
    pub org: Option<Id<kind::Org>>,
    /// Whose record it is.
    pub owner: Option<Id<kind::User>>,
}

impl Target {
    /// What lies in a region.
    pub fn in_region(territory: RegionCode) -> Target {
        Target { territory: Some(territory), ..Target::default() }
    }
}

impl Grant {
    /// A role in a territory from a day on, without end.
    pub fn of(role: Role, territory: RegionCode, from: Day) -> Grant {
        Grant {
            role,
            territory,
            org: None,
            from,
            until: None,
            lent_by: None,
            glass: false,
            only: None,
        }
    }

    /// The same for some operations alone.
    pub fn narrowed_to(self, only: Operations) -> Grant {
        Grant { only: Some(only), ..self }
    }

    /// Whether it is for an operation at all.
    fn is_for(&self, operation: Operation) -> bool {
        (!self.glass || GLASS_OPERATIONS.contains(&operation))
            && self.only.is_none_or(|only| only.contains(operation))
    }

    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether it reaches a target in the given scope.
    fn reaches(&self, scope: Scope, target: &Target, user: Id<kind::User>) -> bool {
        match scope {
            Scope::Tenant => true,
            Scope::Own => target.owner.is_none_or(|owner| owner == user),
            Scope::Office => target.org.is_none() || target.org == self.org,
            Scope::Territory => {
                let inside = |region: RegionCode| self.territory.contains(region);
                target.territory.map_or(self.territory.level() <= 2, inside)
            }
        }
    }
}

/// Whether any of the grants lets the user do it to the target on a day.
pub fn may(
    user: Id<kind::User>,
    grants: &[Grant],
    day: Day,
    operation: Operation,
    target: &Target,
) -> bool {
    reaching(grants, day, operation).any(|(grant, scope)| grant.reaches(scope, target, user))
}

/// Whether any of the grants lets the user do it to something, somewhere.
pub fn may_somewhere(grants: &[Grant], day: Day, operation: Operation) -> bool {
    reaching(grants, day, operation).next().is_some()
}

/// The grants that the policy names for an operation on a day, each with how far it reaches.
pub fn reaching(
    grants: &[Grant],
    day: Day,
    operation: Operation,
) -> impl Iterator<Item = (&Grant, Scope)> {
    let held = grants.iter().filter(move |grant| grant.holds_on(day) && grant.is_for(operation));
    held.flat_map(move |grant| {
        let rows = policy(operation).iter().filter(|(role, _)| *role == grant.role);
        rows.map(move |(_, scope)| (grant, *scope))
    })
}

/// Roles that one person must not hold together: who makes must not check.
pub const INCOMPATIBLE: &[(Role, Role)] = &[
    (Role::Officer, Role::Approver),
    (Role::Treasurer, Role::Approver),
    (Role::Verifier, Role::Approver),
    (Role::VillageOperator, Role::Approver),
    (Role::Operator, Role::Approver),
    (Role::Administrator, Role::Approver),
    (Role::Administrator, Role::Treasurer),
    (Role::Auditor, Role::Officer),
    (Role::Auditor, Role::Treasurer),
    (Role::Auditor, Role::Approver),
    (Role::Auditor, Role::Verifier),
    (Role::Auditor, Role::Operator),
    (Role::Auditor, Role::Administrator),
];

/// Whether two roles may be held by one person.
pub fn are_compatible(one: Role, other: Role) -> bool {
    !INCOMPATIBLE.contains(&(one, other)) && !INCOMPATIBLE.contains(&(other, one))
}

/// Roles of an office that see and move so much that one factor is not enough to log in.
pub const TWO_FACTORS: &[Role] =
    &[Role::Administrator, Role::Approver, Role::Treasurer, Role::Operator];

#[cfg(test)]
mod tests {
    use super::*;

    const ME: [u8; 16] = [1; 16];
    const OTHER: [u8; 16] = [2; 16];

    fn day(text: &str) -> Day {
        Day::parse_iso(text).expect("a day")
    }

    fn region(text: &str) -> RegionCode {
        RegionCode::parse(text).expect("a region")
    }

    fn grant(role: Role, territory: &str) -> Grant {
        Grant::of(role, region(territory), day("2022-01-01"))
    }

    #[test]
    fn every_operation_has_a_row_and_no_role_twice() {
        for operation in Operation::ALL {
            let rows = policy(*operation);
            assert!(!rows.is_empty(), "{operation:?}");
            for (at, (role, _)) in rows.iter().enumerate() {
                let again = rows[at + 1..].iter().any(|(other, _)| other == role);
                assert!(!again, "{operation:?} {role:?}");
            }
        }
    }

    #[test]
    fn a_narrowed_grant_is_for_nothing_else() {
        let day = day("2022-06-01");
        let only = Operations::of([Operation::ReadSheets, Operation::Approve]);
        assert_eq!(only.iter().count(), 2);
        let narrowed = [grant(Role::Verifier, "64.01").narrowed_to(only)];
        for operation in Operation::ALL {
            let expect = *operation == Operation::ReadSheets;
            assert_eq!(may_somewhere(&narrowed, day, *operation), expect, "{operation:?}");
        }
    }

    #[test]
    fn nobody_who_makes_may_approve() {
        for role in Role::ALL.iter().filter(|role| **role != Role::Approver) {
            let grants = [grant(*role, "64.01")];
            assert!(!may_somewhere(&grants, day("2022-06-01"), Operation::Approve), "{role:?}");
        }
        let (makes, checks) = (Operation::Propose, Operation::Approve);
        for (one, other) in Role::ALL.iter().flat_map(|a| Role::ALL.iter().map(move |b| (a, b))) {
            if !are_compatible(*one, *other) {
                continue;
            }
            let both = [grant(*one, "64.01"), grant(*other, "64.01")];
            let day = day("2022-06-01");
            let can = may_somewhere(&both, day, makes) && may_somewhere(&both, day, checks);
            assert!(!can, "{one:?} with {other:?}");
        }
    }

    #[test]
    fn grants_reach_their_territory_and_their_days() {
        let mine = |operation, grant: &Grant, target: &str, on: &str| {
            let target = Target::in_region(region(target));
            may(Id::from_bytes(ME), std::slice::from_ref(grant), day(on), operation, &target)
        };
        let mut village = grant(Role::VillageOperator, "64.01.05.2001");
        village.until = Some(day("2022-12-31"));
        for (target, on, expect) in [
            ("64.01.05.2001", "2022-06-01", true),
            ("64.01.05.2002", "2022-06-01", false),
            ("64.01.05", "2022-06-01", false),
            ("64.01", "2022-06-01", false),
            ("64.01.05.2001", "2021-12-31", false),
            ("64.01.05.2001", "2022-12-31", true),
            ("64.01.05.2001", "2023-01-01", false),
        ] {
            assert_eq!(mine(Operation::TakeIn, &village, target, on), expect, "{target} {on}");
        }
        assert!(!mine(Operation::Pay, &village, "64.01.05.2001", "2022-06-01"));
        let district = grant(Role::Verifier, "64.01.05");
        assert!(mine(Operation::ReadPeople, &district, "64.01.05.2002", "2022-06-01"));
        assert!(!mine(Operation::ReadPeople, &district, "64.01.06.2002", "2022-06-01"));
        let office = grant(Role::Officer, "64.01");
        assert!(mine(Operation::ReadPeople, &office, "64.01.06.2002", "2022-06-01"));
    }

    #[test]
    fn what_is_somebody_elses_is_not_ones_own() {
        let grants = [grant(Role::VillageOperator, "64.01.05.2001")];
        let asks = |owner: [u8; 16]| {
            let target = Target { owner: Some(Id::from_bytes(owner)), ..Target::default() };
            let (me, on) = (Id::from_bytes(ME), day("2022-06-01"));
            may(me, &grants, on, Operation::UndoSheet, &target)
        };
        assert!(asks(ME));
        assert!(!asks(OTHER));
    }

    #[test]
    fn the_insurers_people_tick_what_their_own_office_owes() {
        let (branch, office) = (Id::from_bytes([3; 16]), Id::from_bytes([4; 16]));
        let may_tick = |role, org: Option<Id<kind::Org>>, owner| {
            let grants = [Grant { org, ..grant(role, "64.01") }];
            let target = Target { org: Some(owner), ..Target::default() };
            may(Id::from_bytes(ME), &grants, day("2022-06-01"), Operation::FollowUp, &target)
        };
        assert!(may_tick(Role::BpjsOfficer, Some(branch), branch));
        assert!(!may_tick(Role::BpjsOfficer, Some(branch), office));
        // Of no office, there is nothing of one's own.
        assert!(!may_tick(Role::BpjsOfficer, None, branch));
        assert!(may_tick(Role::Officer, None, branch) && may_tick(Role::Officer, None, office));
    }

    #[test]
    fn behind_the_glass_one_reads_and_moves_nothing() {
        let taken = Grant { glass: true, ..grant(Role::Officer, "64.01") };
        for operation in Operation::ALL {
            let may = may_somewhere(std::slice::from_ref(&taken), day("2022-06-01"), *operation);
            let reads = GLASS_OPERATIONS.contains(operation);
            assert_eq!(may, reads, "{operation:?}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(*role));
        }
        for operation in Operation::ALL {
            assert_eq!(Operation::from_name(operation.name()), Some(*operation));
        }
    }
}
