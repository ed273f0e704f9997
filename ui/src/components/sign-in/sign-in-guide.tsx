import { Tabs } from "radix-ui";
import { useId, useState, type ReactNode } from "react";
import { CopyButton } from "@/components/copy-button";
import { TextArea } from "@/components/ui/input";
import { KeysDrawing, NewAppDrawing, OauthDrawing } from "./drawings";

/** The name to give the app in Salesforce. */
const APP_NAME = "Tributary";
const SCOPES = [
  "Manage user data via APIs (api)",
  "Perform requests at any time (refresh_token, offline_access)",
];

const situations = [
  { value: "admin", label: "I am an admin" },
  { value: "ask", label: "I ask my admin" },
  { value: "have", label: "My company has one" },
];

/** How one gets what signing in needs, in the three situations people are in. */
export function SignInGuide({ callbacks }: { callbacks: readonly string[] }) {
  return (
    <Tabs.Root defaultValue="admin">
      <p id="situation" className="mb-1.5 text-small font-medium">
        Salesforce has to know Tributary once. Who are you?
      </p>
      <Tabs.List
        aria-labelledby="situation"
        className="mb-3 flex flex-wrap gap-x-1 border-b border-line"
      >
        {situations.map(({ value, label }) => (
          <Tabs.Trigger
            key={value}
            value={value}
            className="-mb-px border-b-2 border-transparent px-2.5 py-1.5 text-small font-medium text-ink-2 hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-accent-ink"
          >
            {label}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="admin" tabIndex={-1} className="text-small outline-none">
        <AdminSteps callbacks={callbacks} />
      </Tabs.Content>
      <Tabs.Content value="ask" tabIndex={-1} className="text-small outline-none">
        <AskAdmin callbacks={callbacks} />
      </Tabs.Content>
      <Tabs.Content
        value="have"
        tabIndex={-1}
        className="space-y-2 text-small text-ink-2 outline-none"
      >
        <p>
          Enter the consumer key and the consumer secret that your company uses for Tributary, then
          sign in. If Salesforce says “redirect_uri_mismatch”, its call-back addresses have to be:
        </p>
        <Values values={callbacks} what="address" />
      </Tabs.Content>
    </Tabs.Root>
  );
}

function AdminSteps({ callbacks }: { callbacks: readonly string[] }) {
  return (
    <ol className="list-decimal space-y-3 pl-5 text-ink-2 marker:text-ink-3">
      <Step title="Make an external client app">
        In Salesforce open Setup, search for “External Client App Manager” and choose New External
        Client App. Distribution: Local.
        <Values values={[APP_NAME]} what="name" />
        <NewAppDrawing />
      </Step>
      <Step title="Switch OAuth on">
        Tick Enable OAuth. Enter these three call-back addresses, one a line, exactly like this:
        <Values values={callbacks} what="address" />
        Choose these two scopes:
        <Values values={SCOPES} what="scope" />
        Tick “Require Proof Key for Code Exchange (PKCE)”, then Create.
        <OauthDrawing />
      </Step>
      <Step title="Copy key and secret">
        On the app’s page open Settings, then Consumer Key and Secret. Copy both into the form here.
        A new app needs up to ten minutes before Salesforce accepts it.
        <KeysDrawing />
      </Step>
    </ol>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li>
      <p className="font-medium text-ink">{title}</p>
      {children}
    </li>
  );
}

/** Values to copy, each by itself and, where there are several, all at once. */
function Values({ values, what }: { values: readonly string[]; what: string }) {
  return (
    <div className="my-1.5 rounded-control border border-line bg-canvas px-2 py-1">
      <ul>
        {values.map((value) => (
          <li key={value} className="flex items-center gap-1">
            <span className="min-w-0 flex-1 selectable font-mono text-tiny wrap-anywhere text-ink">
              {value}
            </span>
            <CopyButton label={`Copy the ${what} ${value}`} text={() => value} />
          </li>
        ))}
      </ul>
      {values.length > 1 && (
        <p className="flex items-center justify-end text-tiny text-ink-3">
          All of them
          <CopyButton
            label={`Copy all ${what}${what.endsWith("s") ? "es" : "s"}`}
            text={() => values.join("\n")}
          />
        </p>
      )}
    </div>
  );
}

function AskAdmin({ callbacks }: { callbacks: readonly string[] }) {
  const [text, setText] = useState<string | null>(null);
  const id = useId();
  const message = text ?? messageTo(callbacks);
  return (
    <div>
      <div className="mb-1.5 flex items-center justify-between">
        <label htmlFor={id} className="font-medium">
          A message you can send
        </label>
        <CopyButton label="Copy the message" text={() => message} />
      </div>
      <TextArea
        id={id}
        rows={14}
        value={message}
        onChange={({ target }) => setText(target.value)}
      />
    </div>
  );
}

function messageTo(callbacks: readonly string[]): string {
  return [
    "Hello,",
    "",
    "I would like to read our Salesforce data with Tributary, a program on my computer. It only reads, and signs in as me.",
    "Salesforce has to know it once. Could you please register it? It takes about five minutes:",
    "",
    "1. Setup > External Client App Manager > New External Client App",
    `   Name: ${APP_NAME}, Distribution: Local`,
    "2. Enable OAuth, with these callback URLs, one a line, exactly like this:",
    ...callbacks.map((callback) => `   ${callback}`),
    "   Scopes:",
    ...SCOPES.map((scope) => `   - ${scope}`),
    "   Tick “Require Proof Key for Code Exchange (PKCE)” and create it.",
    "3. Settings > Consumer Key and Secret",
    "",
    "Please send me the consumer key and the consumer secret on a safe way, and make sure that my user has the permission “API Enabled” and may use the app.",
    "",
    "Thank you!",
  ].join("\n");
}
