import type { ConnectorCard } from "@/ipc/generated/ConnectorCard";
import type { ConnectorDetail } from "@/ipc/generated/ConnectorDetail";

/** Why a connector cannot be connected on this computer; `null` when it can. */
export function obstacleOf({ obstacle, card }: ConnectorDetail): string | null {
  if (obstacle !== null) return obstacle;
  switch (card.needs) {
    case "nothing":
      return null;
    case "docker":
      return `${card.label} runs only inside Docker, which Tributary does not use.`;
    case "git":
      return `${card.label} has no release that could be fetched without Git.`;
    case "impossible":
      return `${card.label} cannot be installed on this computer.`;
  }
}

/** Where what has to be installed comes from. */
export function originOf({ verified, installed, offline }: ConnectorCard): string {
  if (installed) return "Already on this computer";
  if (offline) return "Comes with Tributary; no internet is needed";
  return verified
    ? "From the Python package index, checked against the fingerprints that come with Tributary"
    : "From the internet; shown to you before anything is installed";
}

/** Kinds of settings as people call them. */
const kindWords: Record<string, string> = {
  string: "Text",
  password: "Text",
  integer: "Number",
  decimal: "Number",
  boolean: "On or off",
  date_iso8601: "Date",
  email: "E-mail address",
  options: "One of several",
  file: "File",
  array: "List",
  object: "Group of values",
  oauth: "Sign-in",
};

/** What people call a kind of setting. */
export function settingKind(kind: string): string {
  return kindWords[kind] ?? "Text";
}

/** An address without what every address has. */
export function shortAddress(address: string): string {
  return address.replace(/^https:\/\/(?:www\.)?/u, "").replace(/\/$/u, "");
}
