//! Who signs in, compared with who did so before.

use super::same_instance;
use tributary_contract::{SignInChange, SignedInAs};

/// Addresses that are everybody's name no org.
pub(super) fn is_general(address: &str) -> bool {
    let general = ["https://login.salesforce.com", "https://test.salesforce.com"];
    general.iter().any(|general| same_instance(general, address))
}

/// Whether it is the same user of the same org.
pub(super) fn same_person(one: &SignedInAs, other: &SignedInAs) -> bool {
    one.user_id == other.user_id && one.org_id == other.org_id
}

/// What keeping the second in place of the first would mean.
pub(super) fn change(before: SignedInAs, after: &SignedInAs) -> SignInChange {
    let other_org = before.org_id != after.org_id;
    let org = |who: &SignedInAs| who.org_name.clone().unwrap_or_else(|| who.instance_url.clone());
    let meaning = if other_org {
        format!(
            "This is another Salesforce org: “{}” instead of “{}”. Its records would be added to the same tables as what was \
             brought in before. For another org it is better to set up another integration.",
            org(after),
            org(&before)
        )
    } else {
        format!(
            "This is another user of the same org: {} instead of {}. What this user may not see is no longer brought in; what \
             was brought in before stays.",
            after.username, before.username
        )
    };
    SignInChange { before, after: after.clone(), other_org, meaning }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(user: &str, org: &str) -> SignedInAs {
        SignedInAs {
            user_id: user.to_owned(),
            username: format!("{user}@example.com"),
            display_name: user.to_owned(),
            org_id: org.to_owned(),
            org_name: Some(format!("The {org}")),
            org_type: None,
            sandbox: None,
            instance_url: format!("https://{org}.my.salesforce.com"),
        }
    }

    #[test]
    fn another_user_and_another_org_mean_different_things() {
        assert!(same_person(&person("a", "x"), &person("a", "x")));
        let user = change(person("a", "x"), &person("b", "x"));
        assert!(!user.other_org && user.meaning.contains("b@example.com instead of a@example.com"), "{}", user.meaning);
        let org = change(person("a", "x"), &person("a", "y"));
        assert!(org.other_org && org.meaning.contains("“The y” instead of “The x”"), "{}", org.meaning);
    }

    #[test]
    fn addresses_of_everybody_name_no_org() {
        assert!(is_general("https://login.salesforce.com/") && !is_general("https://acme.my.salesforce.com"));
    }
}
