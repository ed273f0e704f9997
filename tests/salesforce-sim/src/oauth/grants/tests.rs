//! Tests of the grants.

use super::*;

const REDIRECT: &str = "http://localhost:1717/OauthRedirect";

fn grants(rotate: bool) -> Grants {
    Grants::new("first", "key", rotate, 7)
}

fn signed_in(grants: &mut Grants) -> Issued {
    let authorization = Authorization {
        redirect_uri: REDIRECT.into(),
        state: "s".into(),
        challenge: challenge_of("a verifier of the client"),
    };
    let code = grants.issue_code(authorization, None, 100);
    grants.exchange(&code, REDIRECT, "a verifier of the client", 101).expect("a good code")
}

#[test]
fn the_challenge_is_the_one_of_the_standard() {
    // The example of RFC 7636, appendix B.
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assert_eq!(challenge_of(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

#[test]
fn a_replayed_token_takes_the_grant_back() {
    let mut grants = grants(true);
    let second = grants.refresh("first").expect("valid").refresh_token.expect("rotated");
    let issued = grants.refresh(&second).expect("valid");
    assert!(grants.accepts(&issued.access_token));
    assert_eq!(grants.refresh("first"), Err(GrantError::Replayed));
    assert!(!grants.accepts(&issued.access_token), "access tokens of the grant end too");
    assert_eq!(grants.refresh(&issued.refresh_token.expect("rotated")), Err(GrantError::Invalid));
}

#[test]
fn without_rotation_a_token_stays() {
    let mut grants = grants(false);
    for _ in 0..3 {
        assert_eq!(grants.refresh("first").expect("valid").refresh_token, None);
    }
    assert_eq!(grants.refresh("unknown"), Err(GrantError::Invalid));
}

#[test]
fn a_code_works_once_and_only_for_who_asked() {
    let mut grants = grants(false);
    let authorization =
        Authorization { redirect_uri: REDIRECT.into(), state: "s".into(), challenge: challenge_of("right") };
    for (redirect, verifier, time, expected) in [
        ("http://localhost:9/", "right", 0, GrantError::RedirectUri),
        (REDIRECT, "wrong", 0, GrantError::Verifier),
        (REDIRECT, "right", CODE_LIFE + 1, GrantError::Code),
    ] {
        let code = grants.issue_code(authorization.clone(), None, 0);
        assert_eq!(grants.exchange(&code, redirect, verifier, time), Err(expected));
        assert_eq!(grants.exchange(&code, REDIRECT, "right", 0), Err(GrantError::Code), "used up");
    }
}

#[test]
fn the_sixth_sign_in_ends_the_oldest() {
    let mut grants = grants(false);
    let tokens: Vec<_> = (0..6).map(|_| signed_in(&mut grants).refresh_token.expect("a new grant")).collect();
    assert_eq!(grants.refresh(&tokens[0]), Err(GrantError::Invalid));
    assert!(tokens[1..].iter().all(|token| grants.refresh(token).is_ok()));
    assert!(grants.refresh("first").is_ok(), "the configured grant stands apart");
}

#[test]
fn an_admin_takes_everything_back_and_asking_uses_nothing() {
    let mut grants = grants(true);
    assert!(grants.is_current("first") && grants.is_current("first"), "asking does not use it");
    let second = grants.refresh("first").expect("valid").refresh_token.expect("rotated");
    assert!(!grants.is_current("first") && grants.is_current(&second));
    grants.revoke_all();
    assert!(!grants.is_current(&second));
    assert_eq!(grants.refresh(&second), Err(GrantError::Invalid));
}

#[test]
fn kept_grants_come_back_with_their_tokens() {
    let mut before = grants(true);
    let browser = signed_in(&mut before).refresh_token.expect("a new grant");
    let rotated = before.refresh("first").expect("valid").refresh_token.expect("rotated");
    let mut after = grants(true);
    after.restore(&before.saved());
    assert_eq!(after.current_refresh_token(), rotated);
    assert!(after.refresh(&browser).is_ok());
    assert_eq!(after.refresh("first"), Err(GrantError::Replayed));
}

#[test]
fn revoking_works_for_both_kinds_of_token() {
    let mut grants = grants(false);
    let issued = signed_in(&mut grants);
    assert!(grants.revoke(&issued.access_token));
    assert!(!grants.accepts(&issued.access_token));
    let refresh_token = issued.refresh_token.expect("a new grant");
    assert!(grants.revoke(&refresh_token));
    assert_eq!(grants.refresh(&refresh_token), Err(GrantError::Invalid));
    assert!(!grants.revoke("unknown"));
}
