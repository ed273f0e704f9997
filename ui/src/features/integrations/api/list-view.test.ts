import { describe, expect, it } from "vitest";
import { makeIntegration, minutesAgo, stream, withRun } from "@/ipc/fake/builders";
import { groupOf, shownIntegrations, type View } from "./list-view";

const all: View = { search: "", filter: "all", sort: "name" };
const labelOf = (type: string) => (type === "salesforce" ? "Salesforce" : type);
const names = (list: { name: string }[]) => list.map(({ name }) => name);

const integrations = [
  withRun({ name: "Région 10" }, { finished_at: minutesAgo(5), streams: [stream("a", 7)] }),
  withRun({ name: "region 2", status: "attention" }, { status: "failed", streams: [] }),
  withRun({ name: "Alpha", type: "hubspot" }, { finished_at: minutesAgo(90) }),
  makeIntegration({ name: "Draft", status: "draft" }),
];

describe("the list of integrations", () => {
  it("sorts names as people do: numbers by value, without regard to case or accents", () => {
    expect(names(shownIntegrations(integrations, all, labelOf))).toEqual([
      "Alpha",
      "Draft",
      "region 2",
      "Région 10",
    ]);
  });

  it("finds every word, in the name or in the connector", () => {
    const find = (search: string) =>
      names(shownIntegrations(integrations, { ...all, search }, labelOf));
    expect(find("  hub  ALPHA ")).toEqual(["Alpha"]);
    expect(find("salesforce 10")).toEqual(["Région 10"]);
    expect(find("nothing like it")).toEqual([]);
  });

  it("filters by state", () => {
    const only = (filter: View["filter"]) =>
      names(shownIntegrations(integrations, { ...all, filter }, labelOf));
    expect(only("attention")).toEqual(["region 2"]);
    expect(only("unfinished")).toEqual(["Draft"]);
    expect(only("ready")).toEqual(["Alpha", "Région 10"]);
    expect(only("syncing")).toEqual([]);
  });

  it("sorts by state, last sync and rows", () => {
    const first = (sort: View["sort"]) =>
      names(shownIntegrations(integrations, { ...all, sort }, labelOf))[0];
    expect(first("status")).toBe("region 2");
    expect(first("synced")).toBe("Région 10");
    expect(first("rows")).toBe("Alpha");
  });

  it("believes a run at work more than the saved state", () => {
    expect(groupOf(withRun({ status: "attention" }, { status: "running" }))).toBe("syncing");
  });
});
