use super::*;
use tributary_contract::{
    Config, DestinationId, FixAction, FixTarget, NewDataPolicy, Problem, ProblemCode, Run, RunId, RunStatus, Trigger,
};
use tributary_core::scheduler::Pause;

fn noon() -> DateTime<Utc> {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

fn integration(name: &str, status: IntegrationStatus) -> Integration {
    Integration {
        id: IntegrationId::new(),
        connector: "salesforce".to_owned(),
        name: name.to_owned(),
        config: Config::new(),
        secrets: Vec::new(),
        status,
        destination: DestinationId::new(),
        streams: None,
        schedule: None,
        new_data: NewDataPolicy::Ask,
        sample: false,
        created_at: noon(),
        updated_at: noon(),
        last_run: None,
        last_synced_at: None,
        schedule_state: None,
    }
}

fn failed(name: &str, code: ProblemCode) -> Integration {
    let mut one = integration(name, IntegrationStatus::Attention);
    one.last_run = Some(Run {
        id: RunId::new(),
        integration: one.id,
        integration_name: name.to_owned(),
        status: RunStatus::Failed,
        trigger: Trigger::Manual,
        full_refresh: false,
        attempt: 1,
        queued_at: noon(),
        started_at: None,
        finished_at: Some(noon()),
        streams: Vec::new(),
        problem: Some(Problem {
            code,
            title: "The disk is full".to_owned(),
            explanation: String::new(),
            meaning: String::new(),
            details: None,
            hint: String::new(),
            until: None,
            fix: FixTarget { route: String::new(), action: FixAction::FreeSpace, setting: None },
        }),
        retry_at: None,
    });
    one
}

fn overview() -> Overview {
    Overview { integrations: 0, syncing: 0, attention: 0, recent: Vec::new(), in_trouble: Vec::new(), pause: None }
}

fn shown(overview: &Overview) -> Model {
    model(overview, &HashMap::new(), noon(), &Utc)
}

fn submenu<'a>(model: &'a Model, id: &str) -> (&'a Item, &'a [Item]) {
    let found = model.entries.iter().find_map(|entry| match entry {
        Entry::Submenu { head, items } if head.id == id => Some((head, items.as_slice())),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn an_empty_app_offers_nothing_to_sync() {
    let model = shown(&overview());
    assert_eq!((model.face, model.status.as_str()), (Face::Idle, "Nothing is brought in yet"));
    assert!(!submenu(&model, "sync-menu").0.enabled && !submenu(&model, "attention-menu").0.enabled);
    let pauses: Vec<&str> = submenu(&model, "pause-menu").1.iter().map(|item| item.text.as_str()).collect();
    assert_eq!(pauses, ["30 minutes", "2 hours", "Until tomorrow"]);
}

#[test]
fn each_integration_stands_with_its_status_and_what_is_at_work_cannot_be_started() {
    let (idle, busy) =
        (integration("R&D", IntegrationStatus::Untested), integration("CRM", IntegrationStatus::Syncing));
    let rows = HashMap::from([(busy.id, 12_345)]);
    let ids = [busy.id, idle.id];
    let overview = Overview { integrations: 2, syncing: 1, recent: vec![busy, idle], ..overview() };
    let model = model(&overview, &rows, noon(), &Utc);
    let (_, items) = submenu(&model, "sync-menu");
    assert_eq!(items[0].text, "CRM – Syncing (12,345 rows)");
    assert_eq!(items[1].text, "R&&D – Never synced", "a sign of a key is written twice");
    assert_eq!([items[0].enabled, items[1].enabled], [false, true]);
    assert_eq!(Choice::of(&items[1].id), Some(Choice::Sync(ids[1])));
    assert_eq!((model.face, model.status.as_str()), (Face::Syncing, "Syncing 1 integration (12,345 rows)"));
}

#[test]
fn fifteen_are_listed_and_more_opens_the_window() {
    let recent = (0..15).map(|number| integration(&format!("Source {number}"), IntegrationStatus::Ready)).collect();
    let model = shown(&Overview { integrations: 10_000, recent, ..overview() });
    let (_, items) = submenu(&model, "sync-menu");
    assert_eq!(items.len(), 16);
    assert_eq!(items[15].text, "All 10,000 integrations…");
    assert_eq!(Choice::of(&items[15].id), Some(Choice::Show("/integrations".to_owned())));
}

#[test]
fn what_needs_attention_leads_to_its_fix() {
    let one = failed("CRM", ProblemCode::DiskFull);
    let route = format!("/integrations/{}/fix/disk_full", one.id);
    let model = shown(&Overview { integrations: 3, attention: 1, in_trouble: vec![one], ..overview() });
    let (head, items) = submenu(&model, "attention-menu");
    assert_eq!((head.text.as_str(), head.enabled), ("Needs attention (1)", true));
    assert_eq!(items[0].text, "CRM – The disk is full");
    assert_eq!(Choice::of(&items[0].id), Some(Choice::Show(route)));
    assert_eq!((model.face, model.status.as_str()), (Face::Attention, "1 integration needs attention"));
}

#[test]
fn a_pause_says_until_when_and_can_be_ended() {
    let until = |text: &str| Some(Pause { since: noon(), until: text.parse().ok() });
    let paused = shown(&Overview { integrations: 1, pause: until("2026-11-26T14:05:00Z"), ..overview() });
    assert_eq!(paused.status, "Paused until 14:05");
    let (_, items) = submenu(&paused, "pause-menu");
    assert_eq!((items.len(), Choice::of(&items[0].id)), (1, Some(Choice::Resume)));
    let tomorrow = shown(&Overview { integrations: 1, pause: until("2026-11-27T06:00:00Z"), ..overview() });
    assert_eq!(tomorrow.status, "Paused until Friday 06:00");
    let open_end = shown(&Overview { pause: until("never"), ..overview() });
    assert_eq!(open_end.status, "Paused");
}

#[test]
fn lines_that_only_say_something_do_nothing() {
    for id in ["status", "sync-menu", "sync nobody", "pause 1000y", ""] {
        assert_eq!(Choice::of(id), None, "{id}");
    }
}
