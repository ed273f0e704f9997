//! Categories of connectors whose definition names none: guessed from what it says of itself.

/// Categories with words that speak for them, the most telling category first. Words are looked for whole.
const WORDS: &[(&str, &[&str])] = &[
    (
        "commerce",
        &[
            "ecommerce",
            "e-commerce",
            "shop",
            "shopify",
            "store",
            "magento",
            "woocommerce",
            "bigcommerce",
            "amazon seller",
            "orders",
            "shipping",
            "subscriptions",
            "marketplace",
            "prestashop",
        ],
    ),
    (
        "support",
        &[
            "support",
            "helpdesk",
            "help desk",
            "tickets",
            "ticket system",
            "zendesk",
            "freshdesk",
            "intercom",
            "customer service",
            "helpscout",
            "gorgias",
        ],
    ),
    (
        "marketing",
        &[
            "marketing",
            "email",
            "ads",
            "advertising",
            "ad",
            "campaign",
            "campaigns",
            "newsletter",
            "seo",
            "social",
            "facebook",
            "instagram",
            "linkedin",
            "tiktok",
            "twitter",
            "mailchimp",
            "klaviyo",
            "sendgrid",
            "affiliate",
            "sms",
        ],
    ),
    ("crm", &["crm", "sales", "leads", "salesforce", "hubspot", "pipedrive", "customers", "contacts", "outreach"]),
    (
        "finance",
        &[
            "finance",
            "accounting",
            "payments",
            "payment",
            "billing",
            "invoices",
            "invoicing",
            "bank",
            "banking",
            "stripe",
            "paypal",
            "quickbooks",
            "xero",
            "currency",
            "exchange rates",
            "crypto",
            "stocks",
            "erp",
            "tax",
            "trading",
        ],
    ),
    ("people", &["hr", "recruiting", "employees", "payroll", "applicant", "hiring", "time tracking", "timesheets"]),
    (
        "analytics",
        &[
            "analytics",
            "metrics",
            "tracking",
            "events",
            "product analytics",
            "ab testing",
            "surveys",
            "survey",
            "business intelligence",
            "bi",
        ],
    ),
    (
        "development",
        &[
            "developer",
            "git",
            "github",
            "gitlab",
            "bitbucket",
            "jira",
            "ci",
            "monitoring",
            "observability",
            "logs",
            "incident",
            "incidents",
            "issues",
            "code",
            "devops",
            "errors",
            "feature flags",
        ],
    ),
    (
        "productivity",
        &[
            "project",
            "projects",
            "tasks",
            "task",
            "notes",
            "wiki",
            "boards",
            "calendar",
            "collaboration",
            "chat",
            "meetings",
            "productivity",
        ],
    ),
    (
        "databases",
        &[
            "database",
            "db",
            "sql",
            "postgres",
            "postgresql",
            "mysql",
            "oracle",
            "mongodb",
            "mssql",
            "warehouse",
            "snowflake",
            "bigquery",
            "redshift",
            "nosql",
            "data warehouse",
            "duckdb",
            "sqlite",
            "clickhouse",
            "elasticsearch",
            "kafka",
        ],
    ),
    (
        "files",
        &[
            "file",
            "files",
            "csv",
            "excel",
            "spreadsheet",
            "spreadsheets",
            "sheets",
            "s3",
            "sftp",
            "ftp",
            "parquet",
            "json",
            "jsonl",
            "xml",
            "storage",
            "object storage",
        ],
    ),
];

/// The category that the most words speak for; those of `keywords` count more than those of `text`.
pub(super) fn guess(keywords: &[String], text: &str) -> &'static str {
    let normal = |text: &str| {
        let letters: String = text
            .to_lowercase()
            .chars()
            .map(|letter| if letter.is_alphanumeric() || letter == '-' { letter } else { ' ' })
            .collect();
        format!(" {} ", letters.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let keywords: Vec<String> = keywords.iter().map(|word| normal(word)).collect();
    let text = normal(text);
    let mut best = ("other", 0);
    for (category, words) in WORDS {
        let mut score = 0;
        for word in *words {
            let word = format!(" {word} ");
            score += usize::from(text.contains(&word));
            score += 3 * keywords.iter().filter(|keyword| keyword.contains(&word)).count();
        }
        if score > best.1 {
            best = (category, score);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_speak_for_categories() {
        let guess =
            |keywords: &[&str], text| guess(&keywords.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), text);
        assert_eq!(guess(&["api", "crm"], "Contacts of a company"), "crm");
        assert_eq!(guess(&["database"], "Oracle"), "databases");
        assert_eq!(guess(&[], "Email Marketing and SMS Marketing Platform"), "marketing");
        assert_eq!(guess(&["api"], "Something else"), "other");
        assert_eq!(guess(&[], "Loads badly shopping"), "other", "a part of a word says nothing");
    }
}
