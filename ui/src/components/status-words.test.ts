import { describe, expect, it } from "vitest";
import { makeIntegration, minutesAgo, stream, withRun } from "@/ipc/fake/builders";
import { integrationWords } from "./status-words";

describe("the state of an integration in words", () => {
  it.each([
    ["Never synced", makeIntegration({ status: "ready" })],
    ["Never synced", makeIntegration({ status: "untested" })],
    ["Changed since the last sync", withRun({ status: "untested" }, {})],
    [
      "Changed since the last sync",
      withRun({ status: "untested", last_synced_at: minutesAgo(9) }, { status: "cancelled" }),
    ],
    ["Stopped", withRun({ status: "untested" }, { status: "cancelled" })],
    ["Interrupted", withRun({ status: "untested" }, { status: "interrupted" })],
    ["Up to date", withRun({}, {})],
    ["Nothing new", withRun({}, { streams: [stream("Account", 0)] })],
    ["Nothing new", withRun({}, { streams: [] })],
    ["Waiting to start", withRun({ status: "syncing" }, { status: "queued" })],
    ["Syncing (1,234 rows)", withRun({ status: "syncing" }, { status: "running" })],
    ["Needs attention", withRun({ status: "attention" }, { status: "failed" })],
    ["Paused", withRun({ status: "paused" }, {})],
    ["Set-up not finished", makeIntegration({ status: "draft" })],
    ["Stopped", withRun({}, { status: "cancelled" })],
    ["Interrupted", withRun({}, { status: "interrupted" })],
  ])("%s", (words, integration) => {
    expect(integrationWords(integration, 1_234).text).toBe(words);
  });
});
