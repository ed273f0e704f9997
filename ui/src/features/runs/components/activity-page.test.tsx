import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { joined } from "@/components/use-run-pages";
import { makeProblem, makeRun, minutesAgo, withRun } from "@/ipc/fake/builders";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

function withRuns(count: number) {
  const broken = withRun(
    { name: "Partner", status: "attention" },
    { status: "failed", problem: makeProblem() },
  );
  const fine = withRun({ name: "Sales org" }, {});
  const last = [broken, fine].flatMap(({ last_run }) => (last_run ? [last_run] : []));
  const old = Array.from({ length: count }, (_, index) =>
    makeRun({
      integration: fine.id,
      integration_name: "Sales org",
      queued_at: minutesAgo(200 + index),
    }),
  );
  return new FakeTransport({ integrations: [broken, fine], runs: [...last, ...old] });
}

describe("the activity", () => {
  it("shows what is broken first, with the way to its fix, then everything", async () => {
    const { user, router } = await renderApp(withRuns(3), "/activity");
    const broken = within(await screen.findByRole("region", { name: "Needs attention" }));
    expect(screen.getByRole("table", { name: "Syncs" })).toBeVisible();
    expect(screen.getByText("5 syncs")).toBeVisible();
    await expectAccessible();
    await user.click(broken.getByRole("link", { name: /Partner/u }));
    await waitFor(() => expect(router.state.location.pathname).toMatch(/\/fix\/sign_in_expired$/u));
  });

  it("asks the core for what is filtered and searched", async () => {
    const fake = withRuns(3);
    const { user } = await renderApp(fake, "/activity");
    await user.click(await screen.findByRole("button", { name: "Shown: All syncs" }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Failed or interrupted" }));
    expect(await screen.findByText("1 sync")).toBeVisible();
    expect(screen.queryByRole("region", { name: "Needs attention" })).toBeNull();
    await user.keyboard("/sales");
    expect(await screen.findByText("No sync fits")).toBeVisible();
    await waitFor(() =>
      expect(fake.calls).toContainEqual({
        command: "find_runs",
        args: { query: { statuses: ["failed", "interrupted"], text: "sales", limit: 100 } },
      }),
    );
  });

  it("reads no more of 100,000 runs than are looked at", async () => {
    const fake = withRuns(100_000);
    await renderApp(fake, "/activity");
    expect(await screen.findByText("100,002 syncs")).toBeVisible();
    const table = screen.getByRole("table", { name: "Syncs" });
    expect(table).toHaveAttribute("aria-rowcount", "100003");
    expect(within(table).getAllByRole("link").length).toBeLessThan(80);
    expect(fake.calls.filter(({ command }) => command === "find_runs").length).toBeLessThan(4);
  });

  it("is empty, loads and fails in words", async () => {
    const empty = await renderApp(new FakeTransport(), "/activity");
    expect(await screen.findByText("Nothing has happened yet")).toBeVisible();
    await expectAccessible();
    empty.unmount();
    const loading = await renderApp(new FakeTransport().hold("find_runs"), "/activity");
    expect(screen.getByRole("status", { name: "Loading the syncs" })).toBeVisible();
    loading.unmount();
    const fake = withRuns(1);
    const answer = fake.answerOf("find_runs");
    fake.fail("find_runs");
    const { user } = await renderApp(fake, "/activity");
    expect(await screen.findByRole("alert")).toHaveTextContent("The activity could not be shown");
    fake.answer("find_runs", answer);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("table", { name: "Syncs" })).toBeVisible();
  });
});

describe("pages of runs", () => {
  const runs = Array.from({ length: 6 }, (_, index) => makeRun({ id: `run-${index}` }));
  const of = (...places: number[]) => places.flatMap((place) => runs[place] ?? []);

  it("go on behind the newest page, without a gap or a double", () => {
    expect(joined(of(0, 1, 2), "run-2", [of(1, 2, 3), of(4, 5)])).toEqual(runs);
    expect(joined(of(0, 1), null, [of(1, 2)]), "these are all there are").toEqual(of(0, 1));
  });

  it("show nothing older when what lies between is not known", () => {
    expect(joined(of(0, 1), "run-1", [of(3, 4)])).toEqual(of(0, 1));
  });
});
