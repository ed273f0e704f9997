import type { Schema } from "@/features/setup/api/schema";

/** What every part that edits a value gets. */
export interface ValueProps {
  id: string;
  /** Name of the setting, or of the field inside it. */
  name: string;
  label: string;
  schema: Schema;
  value: unknown;
  placeholder: string | undefined;
  required: boolean;
  /** Attributes that tie the field to its description and its error. */
  aria: { "aria-describedby"?: string; "aria-invalid"?: true; "aria-label"?: string };
  onChange: (value: unknown) => void;
}

/** A value as text for a field. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
