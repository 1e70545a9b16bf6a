//! What an office agrees about its identity provider: read from a file, kept as lines that an
//! approver is shown, read back.

use base::RegionCode;
use domain::access::Role;
use serde::Deserialize;

use super::directory::origin_of;
use crate::error::AppError;

/// What was agreed about a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Its address, which is also its name in every token.
    pub issuer: String,
    /// The office's name at the provider.
    pub client: String,
    /// What the button calls it.
    pub label: String,
    /// The claim that lists somebody's groups; a dot leads into a claim.
    pub groups: String,
    /// Scopes asked for besides `openid` and `profile`.
    pub scopes: Vec<String>,
    /// The values of `acr` that stand for two factors.
    pub two_factors: Vec<String>,
    /// The roles that groups stand for.
    pub roles: Vec<GroupRole>,
}

/// A role that members of a group hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRole {
    /// The group, as the provider names it.
    pub group: String,
    /// The role.
    pub role: Role,
    /// Where.
    pub territory: RegionCode,
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    issuer: String,
    client: String,
    name: String,
    #[serde(default = "usual_groups")]
    groups: String,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    two_factors: Vec<String>,
    role: Vec<WrittenRole>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRole {
    group: String,
    role: String,
    territory: Option<String>,
}

/// Groups beyond this are a mistake in the file.
const ROLES_MAX: usize = 500;

fn usual_groups() -> String {
    "groups".to_owned()
}

impl Terms {
    /// Reads a file of TOML.
    ///
    /// # Errors
    /// `PROVIDER_UNREADABLE` with what is wrong.
    pub fn read(text: &str, tenant: RegionCode) -> Result<Terms, AppError> {
        let wrong = |what: &str| AppError::usage("PROVIDER_UNREADABLE", what);
        let written: Written =
            toml::from_str(text).map_err(|error| wrong(error.message().trim()))?;
        let mut roles = Vec::with_capacity(written.role.len());
        for given in written.role {
            let territory = match given.territory.as_deref() {
                None => tenant,
                Some(code) => RegionCode::parse(code).ok_or_else(|| wrong(code))?,
            };
            let role = Role::from_name(&given.role).filter(|role| *role != Role::Public);
            let role = role.ok_or_else(|| wrong(&given.role))?;
            roles.push(GroupRole { group: given.group, role, territory });
        }
        Terms {
            issuer: written.issuer,
            client: written.client,
            label: written.name,
            groups: written.groups,
            scopes: written.scopes,
            two_factors: written.two_factors,
            roles,
        }
        .checked(tenant)
    }

    /// The same terms, if they hold together.
    ///
    /// # Errors
    /// `PROVIDER_UNREADABLE` with what is wrong, `OUTSIDE_TERRITORY`.
    pub fn checked(self, tenant: RegionCode) -> Result<Terms, AppError> {
        let outside = self.roles.iter().find(|given| !tenant.contains(given.territory));
        if let Some(given) = outside {
            return Err(AppError::refused("OUTSIDE_TERRITORY", given.territory.to_string()));
        }
        match self.flaw() {
            Some(what) => Err(AppError::usage("PROVIDER_UNREADABLE", what)),
            None => Ok(self),
        }
    }

    /// As lines of `name=value`: what an approver is shown and the hash binds.
    pub fn write(&self) -> String {
        let mut text = format!(
            "issuer={}\nclient={}\nlabel={}\ngroups={}\n",
            self.issuer, self.client, self.label, self.groups
        );
        let listed = [("scope", &self.scopes), ("two-factors", &self.two_factors)];
        for (name, values) in listed {
            values.iter().for_each(|value| text.push_str(&format!("{name}={value}\n")));
        }
        for GroupRole { group, role, territory } in &self.roles {
            text.push_str(&format!("group={} {territory} {group}\n", role.name()));
        }
        text
    }

    /// Reads back what [`Terms::write`] wrote.
    pub fn parse(text: &str) -> Option<Terms> {
        let pairs: Vec<(&str, &str)> =
            text.lines().map(|line| line.split_once('=')).collect::<Option<_>>()?;
        let all = |name: &str| {
            let found = pairs.iter().filter(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned()).collect::<Vec<String>>()
        };
        let one = |name: &str| all(name).into_iter().next();
        Some(Terms {
            issuer: one("issuer")?,
            client: one("client")?,
            label: one("label")?,
            groups: one("groups")?,
            scopes: all("scope"),
            two_factors: all("two-factors"),
            roles: all("group").iter().map(|line| GroupRole::parse(line)).collect::<Option<_>>()?,
        })
    }

    /// The first thing that is wrong.
    fn flaw(&self) -> Option<&'static str> {
        let texts = [&self.issuer, &self.client, &self.label, &self.groups];
        let lists = self.scopes.iter().chain(&self.two_factors);
        let groups = self.roles.iter().map(|given| &given.group);
        let is_line = |text: &String| !text.trim().is_empty() && !text.contains(char::is_control);
        let mut all = texts.into_iter().chain(lists.clone()).chain(groups);
        match () {
            () if !all.all(is_line) => Some("name = \"\""),
            () if lists.clone().any(|value| value.contains(' ')) => Some("scopes, two_factors"),
            () if self.issuer.contains(['?', '#']) => Some("issuer"),
            () if origin_of(&self.issuer).is_none() => Some("issuer"),
            () if self.roles.is_empty() || self.roles.len() > ROLES_MAX => Some("[[role]]"),
            () => None,
        }
    }
}

impl GroupRole {
    /// Reads `role territory group`; a group may have spaces.
    pub fn parse(line: &str) -> Option<GroupRole> {
        let mut parts = line.splitn(3, ' ');
        Some(GroupRole {
            role: Role::from_name(parts.next()?)?,
            territory: RegionCode::parse(parts.next()?)?,
            group: parts.next()?.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
issuer = "https://masuk.rekaan.example/realms/paser"
client = "payung"
name = "Akun Pegawai Rekaan"
two_factors = ["mfa"]

[[role]]
group = "Petugas Program"
role = "officer"

[[role]]
group = "desa-2001"
role = "village-operator"
territory = "64.01.05.2001"
"#;

    fn tenant() -> RegionCode {
        RegionCode::parse("64.01").expect("a regency")
    }

    #[test]
    fn terms_are_read_written_and_read_back() {
        let terms = Terms::read(FILE, tenant()).expect("well formed");
        assert_eq!(terms.groups, "groups");
        assert_eq!(terms.roles[0].territory, tenant());
        let lines = "issuer=https://masuk.rekaan.example/realms/paser\nclient=payung\n\
                     label=Akun Pegawai Rekaan\ngroups=groups\ntwo-factors=mfa\n\
                     group=officer 64.01 Petugas Program\n\
                     group=village-operator 64.01.05.2001 desa-2001\n";
        assert_eq!(terms.write(), lines);
        assert_eq!(Terms::parse(lines), Some(terms));
    }

    #[test]
    fn what_is_wrong_in_a_file_is_refused() {
        let check = |from: &str, to: &str, code: &str| {
            assert!(FILE.contains(from), "{from}");
            let error = Terms::read(&FILE.replace(from, to), tenant()).expect_err(to);
            assert_eq!(error.code, code, "{to}");
        };
        let unreadable = "PROVIDER_UNREADABLE";
        check("https://masuk", "http://masuk", unreadable);
        check("https://masuk", "https://siapa@masuk", unreadable);
        check("realms/paser", "?a=b", unreadable);
        check("\"officer\"", "\"public\"", unreadable);
        check("\"officer\"", "\"raja\"", unreadable);
        check("\"payung\"", "\"\"", unreadable);
        check("Akun Pegawai", "Akun\\nissuer=x", unreadable);
        check("client =", "secret = \"a\"\nclient =", unreadable);
        check("64.01.05.2001", "64.02.05.2001", "OUTSIDE_TERRITORY");
    }
}
