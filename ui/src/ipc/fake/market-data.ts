import type { ConnectorCard } from "@/ipc/generated/ConnectorCard";

/** Cards as a real catalogue has them, for the window in a plain browser: some of every kind, need and quality. */

type Flags = Partial<Omit<ConnectorCard, "type" | "label" | "category" | "description">>;
type Row = [type: string, label: string, category: string, description: string, flags?: Flags];

const ours: Flags = {
  verified: true,
  offline: true,
  quality: "gold",
  maintenance: "active",
  installed: true,
};
const online: Flags = { ...ours, offline: false, installed: false };
const gold: Flags = { quality: "gold", maintenance: "active" };
const silver: Flags = { quality: "silver", maintenance: "active" };
const bronze: Flags = { quality: "bronze", maintenance: "beta" };
const left: Flags = { quality: "bronze", maintenance: "inactive" };

const sources: Row[] = [
  [
    "salesforce",
    "Salesforce",
    "crm",
    "Accounts, contacts, leads, opportunities and every other object of an org.",
    ours,
  ],
  [
    "spreadsheets",
    "Spreadsheets",
    "files",
    "CSV and Excel files on this computer, one table per entry.",
    ours,
  ],
  ["hubspot", "HubSpot", "crm", "Contacts, companies, deals, tickets and campaigns.", ours],
  ["github", "GitHub", "engineering", "Repositories, issues, pull requests and releases.", ours],
  ["gitlab", "GitLab", "engineering", "Projects, issues, merge requests and pipelines.", ours],
  [
    "shopify",
    "Shopify",
    "commerce",
    "Orders, customers, products and transactions of a shop.",
    ours,
  ],
  ["stripe", "Stripe", "finance", "Charges, customers, invoices, payouts and subscriptions.", ours],
  [
    "google-sheets",
    "Google Sheets",
    "files",
    "Each sheet of a Google spreadsheet as a table.",
    ours,
  ],
  ["jira", "Jira", "engineering", "Projects, issues, sprints and worklogs.", ours],
  ["zendesk", "Zendesk", "support", "Tickets, users, organisations and satisfaction.", ours],
  ["intercom", "Intercom", "support", "Conversations, contacts and companies.", ours],
  ["mongodb", "MongoDB", "databases", "Collections of a MongoDB database.", ours],
  ["slack", "Slack", "communication", "Channels, messages, members and threads.", ours],
  ["mysql", "MySQL", "databases", "Tables of a MySQL or MariaDB database.", ours],
  ["postgres", "PostgreSQL", "databases", "Tables and views of a PostgreSQL database.", ours],
  ["dbf", "dBase files", "files", "Tables of DBF files on this computer.", online],
  [
    "rest-api-msdk",
    "REST API",
    "other",
    "Any web service that answers with JSON: give its address and what to read.",
    online,
  ],
  ["airtable", "Airtable", "productivity", "Bases and their tables, one stream each.", gold],
  ["asana", "Asana", "productivity", "Projects, tasks, teams and portfolios.", silver],
  ["bamboohr", "BambooHR", "hr", "Employees, time off and custom reports.", silver],
  ["bigquery", "BigQuery", "databases", "Tables of a BigQuery project.", gold],
  ["bing-ads", "Bing Ads", "marketing", "Campaigns, ad groups and performance reports.", silver],
  ["braintree", "Braintree", "finance", "Transactions of a Braintree account.", left],
  ["chargebee", "Chargebee", "finance", "Subscriptions, invoices, customers and coupons.", silver],
  ["clickup", "ClickUp", "productivity", "Spaces, lists, tasks and time entries.", bronze],
  [
    "close",
    "Close",
    "crm",
    "Leads, activities and opportunities.",
    { ...bronze, needs: "impossible" },
  ],
  [
    "confluence",
    "Confluence",
    "productivity",
    "Spaces, pages and their history.",
    { ...bronze, needs: "git" },
  ],
  ["dynamodb", "DynamoDB", "databases", "Tables of Amazon DynamoDB.", silver],
  ["facebook", "Facebook Ads", "marketing", "Campaigns, ad sets, ads and insights.", gold],
  ["freshdesk", "Freshdesk", "support", "Tickets, agents, companies and satisfaction.", silver],
  ["ga4", "Google Analytics 4", "marketing", "Visitors, sessions, events and conversions.", gold],
  ["gmail", "Gmail", "communication", "Messages and their labels.", { ...bronze, needs: "git" }],
  ["google-ads", "Google Ads", "marketing", "Campaigns, ads, keywords and performance.", gold],
  ["google-search-console", "Google Search Console", "marketing", "Clicks and positions.", silver],
  ["harvest", "Harvest", "productivity", "Time entries, projects and invoices.", left],
  ["helpscout", "Help Scout", "support", "Mailboxes, conversations and customers.", bronze],
  [
    "instagram",
    "Instagram",
    "marketing",
    "Posts, stories and insights of a business account.",
    bronze,
  ],
  ["jotform", "Jotform", "productivity", "Forms, questions and submissions.", silver],
  ["klaviyo", "Klaviyo", "marketing", "Lists, campaigns, events and metrics.", silver],
  ["linear", "Linear", "engineering", "Issues, projects and cycles.", gold],
  [
    "linkedin-ads",
    "LinkedIn Ads",
    "marketing",
    "Accounts, campaigns, creatives and analytics.",
    silver,
  ],
  ["mailchimp", "Mailchimp", "marketing", "Lists, members, campaigns and reports.", silver],
  ["marketo", "Marketo", "marketing", "Leads, activities, lists and programs.", left],
  ["mixpanel", "Mixpanel", "marketing", "Events, funnels, cohorts and people.", silver],
  [
    "netsuite",
    "NetSuite",
    "finance",
    "Transactions and items of an ERP.",
    { ...bronze, needs: "docker" },
  ],
  [
    "notion",
    "Notion",
    "productivity",
    "Pages, databases and users.",
    { ...bronze, needs: "docker" },
  ],
  ["okta", "Okta", "security", "Users, groups, applications and log events.", silver],
  ["oracle", "Oracle", "databases", "Tables of an Oracle database.", { ...left, needs: "docker" }],
  ["pagerduty", "PagerDuty", "engineering", "Incidents, services and schedules.", bronze],
  ["paypal", "PayPal", "finance", "Transactions and balances.", bronze],
  ["pipedrive", "Pipedrive", "crm", "Deals, people, organisations and activities.", silver],
  ["quickbooks", "QuickBooks", "finance", "Invoices, bills, customers and accounts.", silver],
  ["recharge", "Recharge", "commerce", "Subscriptions, orders and customers.", bronze],
  ["s3-csv", "S3 CSV", "files", "CSV files in an Amazon S3 bucket.", gold],
  [
    "sap-hana",
    "SAP HANA",
    "databases",
    "Tables of SAP HANA.",
    { ...bronze, needs: "docker", maintenance: "development" },
  ],
  ["sendgrid", "SendGrid", "communication", "Messages, bounces and statistics.", left],
  ["snapchat-ads", "Snapchat Ads", "marketing", "Campaigns, ad squads and ads.", bronze],
  ["snowflake", "Snowflake", "databases", "Tables and views of Snowflake.", gold],
  ["square", "Square", "commerce", "Payments, orders, customers and shifts.", silver],
  ["surveymonkey", "SurveyMonkey", "productivity", "Surveys, questions and answers.", bronze],
  ["tiktok", "TikTok Ads", "marketing", "Campaigns, ads and daily performance.", bronze],
  [
    "toggl",
    "Toggl Track",
    "productivity",
    "Time entries, clients and projects.",
    { quality: "unknown", maintenance: "unknown" },
  ],
  ["twilio", "Twilio", "communication", "Messages, calls, recordings and usage.", silver],
  ["woocommerce", "WooCommerce", "commerce", "Orders, customers, products and coupons.", bronze],
  [
    "workday",
    "Workday",
    "hr",
    "Reports of Workday, as far as its administrator shares them.",
    { ...bronze, needs: "git" },
  ],
  ["xero", "Xero", "finance", "Invoices, contacts, accounts and bank transactions.", silver],
  ["zoom", "Zoom", "communication", "Meetings, webinars and who took part.", bronze],
];

const destinations: Row[] = [
  ["csv", "CSV files", "files", "One CSV file per table, ready for any other program.", ours],
  ["jsonl", "JSON lines", "files", "One file per table, one JSON object a line.", ours],
  ["duckdb", "DuckDB", "databases", "A DuckDB file on this computer.", ours],
  ["postgres", "PostgreSQL", "databases", "Tables in a PostgreSQL database.", ours],
  ["snowflake", "Snowflake", "databases", "Tables in a Snowflake warehouse.", online],
  ["bigquery", "BigQuery", "databases", "Tables in a BigQuery data set.", online],
  ["redshift", "Redshift", "databases", "Tables in an Amazon Redshift warehouse.", gold],
  ["s3-parquet", "S3 Parquet", "files", "Parquet files in an Amazon S3 bucket.", bronze],
  ["mssql", "SQL Server", "databases", "Tables in a Microsoft SQL Server database.", silver],
];

/** All of them, as the search answers before it sorts. */
export function marketCards(): ConnectorCard[] {
  return [
    ...sources.map((row) => card("extractor", row)),
    ...destinations.map((row) => card("loader", row)),
  ];
}

/** As many more as a large catalogue has. */
export function manyCards(count: number): ConnectorCard[] {
  return Array.from({ length: count }, (_, index) =>
    card("extractor", [
      `service-${index + 1}`,
      `Service ${index + 1}`,
      ["crm", "marketing", "finance", "databases", ""][index % 5] ?? "",
      `What the service number ${index + 1} keeps, brought in as tables.`,
      [gold, silver, bronze, left][index % 4] ?? gold,
    ]),
  );
}

function card(
  kind: ConnectorCard["kind"],
  [type, label, category, description, flags]: Row,
): ConnectorCard {
  return {
    ...{ type, kind, label, category, description, logo: null },
    plugin: `${kind === "extractor" ? "tap" : "target"}-${type}`,
    verified: false,
    quality: "unknown",
    maintenance: "unknown",
    needs: "nothing",
    installed: false,
    offline: false,
    ...flags,
  };
}
