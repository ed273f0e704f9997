import type { ConnectorForm } from "@/ipc/generated/ConnectorForm";
import type { FieldHint } from "@/ipc/generated/FieldHint";
import type { Widget } from "@/ipc/generated/Widget";

/** A hint that says only how a setting is asked for, and what is given. */
export function hint(widget: Widget, over: Partial<FieldHint> = {}): FieldHint {
  return { widget, placeholder: null, tooltip: null, documentation: null, saved: false, ...over };
}

const draft2020 = "https://json-schema.org/draft/2020-12/schema";

/** A form with one required setting, one secret and one advanced setting. */
export function makeForm(over: Partial<ConnectorForm> = {}): ConnectorForm {
  return {
    schema: {
      $schema: draft2020,
      type: "object",
      properties: {
        start_date: { type: "string", format: "date", title: "Start date" },
        token: { type: "string", title: "Access token", writeOnly: true, minLength: 1 },
        page_size: { type: "integer", title: "Page size", default: 100 },
      },
      required: ["start_date", "token"],
    },
    ui: {
      order: ["start_date", "token", "page_size"],
      choices: [],
      advanced: ["page_size"],
      fields: {
        start_date: hint("date"),
        token: hint("secret"),
        page_size: hint("integer"),
      },
    },
    notes: [],
    ...over,
  };
}

const secret = (title: string, description?: string) => ({
  ...{ type: "string", title, writeOnly: true, minLength: 1 },
  ...(description !== undefined && { description }),
});

/** A form with two ways of signing in, as Salesforce has them. */
export function makeSignInForm(): ConnectorForm {
  const oauth = ["client_id", "client_secret", "refresh_token"];
  const password = ["username", "password", "security_token"];
  return {
    schema: {
      $schema: draft2020,
      type: "object",
      properties: {
        start_date: {
          type: "string",
          format: "date-time",
          title: "Start date",
          description: "Rows changed **before** this moment are left out.",
        },
        is_sandbox: { type: "boolean", title: "Sandbox", default: false },
        api_type: {
          type: "string",
          title: "Interface",
          oneOf: [
            { const: "REST", title: "REST: gentle, for small orgs" },
            { const: "BULK", title: "Bulk: fast, for large orgs" },
          ],
          default: "REST",
        },
        lookback_window: {
          ...{ type: "integer", title: "Look back", minimum: 0, maximum: 86_400, default: 10 },
          description: "Seconds before the last sync that are read again.",
        },
      },
      required: ["start_date"],
      anyOf: [
        {
          title: "Refresh token",
          properties: {
            client_id: { type: "string", title: "Client id", minLength: 1 },
            client_secret: secret("Client secret"),
            refresh_token: secret("Refresh token", "From the setup guide, step 3."),
          },
          required: oauth,
        },
        {
          title: "User name and password",
          properties: {
            username: { type: "string", format: "email", title: "User name" },
            password: secret("Password"),
            security_token: secret("Security token"),
          },
          required: password,
        },
      ],
    },
    ui: {
      order: [...oauth, ...password, "start_date", "is_sandbox", "api_type", "lookback_window"],
      choices: [
        { label: "Refresh token", settings: oauth },
        { label: "User name and password", settings: password },
      ],
      advanced: ["api_type", "lookback_window"],
      fields: {
        client_id: hint("text", { tooltip: "Also called the consumer key." }),
        client_secret: hint("secret"),
        refresh_token: hint("secret", { documentation: "https://example.com/refresh-token" }),
        username: hint("email", { placeholder: "ada@example.com" }),
        password: hint("secret"),
        security_token: hint("secret"),
        start_date: hint("date"),
        is_sandbox: hint("switch"),
        api_type: hint("choice"),
        lookback_window: hint("integer"),
      },
    },
    notes: [],
  };
}

/** A form with every way of asking. */
export function makeWidgetForm(): ConnectorForm {
  const properties = {
    text: { type: "string", title: "Text", minLength: 3 },
    query: { type: "string", title: "Query", description: "Several *lines*." },
    token: secret("Token"),
    key: secret("Private key"),
    email: { type: "string", format: "email", title: "E-mail" },
    url: { type: "string", format: "uri", title: "Address" },
    port: { type: "integer", title: "Port", minimum: 1, maximum: 65_535 },
    ratio: { type: "number", title: "Ratio" },
    enabled: { type: "boolean", title: "Enabled", default: true },
    region: { type: "string", title: "Region", enum: ["eu", "us"] },
    since: { type: "string", format: "date", title: "Since" },
    file: { type: "string", title: "File" },
    folder: { type: "string", title: "Folder" },
    tables: { type: "array", title: "Tables", items: { type: "string", minLength: 1 } },
    reports: {
      type: "array",
      title: "Reports",
      items: {
        type: "object",
        properties: {
          name: { type: "string", title: "Report name" },
          daily: { type: "boolean", title: "Daily" },
        },
        required: ["name"],
      },
    },
    kinds: { type: "array", title: "Kinds", items: { type: "string", enum: ["open", "closed"] } },
    proxy: {
      type: "object",
      title: "Proxy",
      properties: {
        host: { type: "string", title: "Host" },
        port: { type: "integer", title: "Proxy port" },
      },
    },
    headers: { type: "object", title: "Headers", additionalProperties: { type: "string" } },
    extra: { type: "object", title: "Extra" },
  };
  const widgets: Record<keyof typeof properties, Widget> = {
    ...{ text: "text", query: "long_text", token: "secret", key: "long_secret", email: "email" },
    ...{ url: "url", port: "integer", ratio: "number", enabled: "switch", region: "choice" },
    ...{ since: "date", file: "file", folder: "folder", tables: "list", reports: "list" },
    ...{ kinds: "list", proxy: "fields", headers: "pairs", extra: "json" },
  };
  return {
    schema: { $schema: draft2020, type: "object", properties, required: ["text"] },
    ui: {
      order: Object.keys(properties),
      choices: [],
      advanced: [],
      fields: Object.fromEntries(
        Object.entries(widgets).map(([name, widget]) => [name, hint(widget)]),
      ),
    },
    notes: ["The setting “old_token” is named by a group, but does not exist: it was left out."],
  };
}
