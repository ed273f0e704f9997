import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeError, makeLine, makeProblem, makeRun, stream, withRun } from "@/ipc/fake/builders";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import type { Run } from "@/ipc/generated/Run";
import { expectAccessible, renderApp } from "@/test/render";

const lines = [
  makeLine("Starting", { source: "app" }),
  makeLine("Reading Account"),
  makeLine("Account is slow", { level: "warning" }),
  makeLine("Refused", { level: "error" }),
];

function withOne(over: Partial<Run> = {}) {
  const integration = withRun({ name: "Sales org" }, over);
  const run = integration.last_run ?? makeRun();
  const fake = new FakeTransport({
    integrations: [integration],
    runs: [run],
    logs: new Map([[run.id, lines]]),
  });
  const open = () => renderApp(fake, `/integrations/${integration.id}/runs/${run.id}`);
  return { fake, integration, run, open };
}

const failed = { status: "failed", problem: makeProblem() } as const;
const phase = (name: string) => screen.getByText(name).closest("li");

describe("the page of a run", () => {
  it("shows the phases, what each stream brings and how fast, while it works", async () => {
    const { run, open } = withOne({ status: "running", finished_at: null, streams: [] });
    const { emit } = await open();
    expect(await screen.findByRole("list", { name: "Phases" })).toBeVisible();
    await emit({
      event: "run_progress",
      data: {
        run: run.id,
        integration: run.integration,
        phase: "reading",
        streams: [stream("Account", 1_000), stream("Contact", 500)],
        rates: [0, 250],
        expected: 6_000,
      },
    });
    expect(phase("Read")).toHaveAttribute("aria-current", "step");
    expect(phase("Prepare")).toHaveTextContent("done");
    expect(screen.getByText("About 25 % of 6,000 rows expected")).toBeVisible();
    expect(screen.getByRole("progressbar", { name: "Progress of this sync" })).toHaveAttribute(
      "aria-valuenow",
      "25",
    );
    expect(screen.getByRole("row", { name: /Contact 500 170 kB 250/u })).toBeVisible();
    expect(screen.getByText("250 rows a second")).toBeVisible();
    await expectAccessible();
  });

  it("names what is odd about streams, and does not call that up to date", async () => {
    const { open } = withOne({
      streams: [
        stream("Account", 10),
        { ...stream("Lead", 1_200), loaded: 1_190, mark: "counts_differ" },
        { ...stream("Task", 0), mark: "usually_more" },
      ],
    });
    await open();
    expect(await screen.findByTestId("run-status")).toHaveTextContent("Partly up to date");
    const odd = screen.getByRole("region", { name: "Worth a look" });
    expect(odd).toHaveTextContent(
      "Lead did not arrive in full: 1,200 rows were read, 1,190 reached the destination.",
    );
    expect(odd).toHaveTextContent("Task brought nothing, although it usually brings rows.");
  });

  it.each([
    ["Up to date", [stream("Account", 3)]],
    ["Nothing new", [stream("Account", 0)]],
  ])("says %s when that is so", async (words, streams) => {
    await withOne({ streams }).open();
    expect(await screen.findByTestId("run-status")).toHaveTextContent(words);
  });

  it("shows the problem with the way to its fix, and when it is tried again", async () => {
    const at = new Date(Date.now() + 600_000).toISOString();
    const { integration, open } = withOne({ ...failed, attempt: 2, retry_at: at });
    const { user, router } = await open();
    expect(await screen.findByRole("region", { name: "Problem" })).toHaveTextContent(
      "What is already on your computer is complete up to the sync before.",
    );
    expect(screen.getByRole("region", { name: /tried again by itself: .*, try 3/u })).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Fix" }));
    expect(router.state.location.pathname).toBe(
      `/integrations/${integration.id}/fix/sign_in_expired`,
    );
  });

  it("starts the sync again, and shows that one", async () => {
    const { fake, integration, run, open } = withOne({ ...failed, full_refresh: true });
    const { user, router } = await open();
    await user.click(await screen.findByRole("button", { name: "Try again" }));
    expect(fake.calls).toContainEqual({
      command: "start_run",
      args: { id: integration.id, fullRefresh: true },
    });
    await waitFor(() => expect(router.state.location.pathname).not.toContain(run.id));
  });

  it("says so when it is no longer kept, loads, and fails", async () => {
    const { fake, integration, open } = withOne();
    const old = await renderApp(fake, `/integrations/${integration.id}/runs/old`);
    expect(await screen.findByText("This sync is no longer kept")).toBeVisible();
    old.unmount();
    fake.fail("get_run", makeError());
    const failing = await open();
    expect(await screen.findByText("The sync could not be shown")).toBeVisible();
    failing.unmount();
    fake.hold("get_run");
    await open();
    expect(screen.getByRole("status", { name: "Loading the sync" })).toBeVisible();
  });
});

describe("the log of a run", () => {
  const shown = async () => within(await screen.findByRole("region", { name: "Lines of the log" }));

  it("is filtered by level and by who wrote it", async () => {
    const { open } = withOne(failed);
    const { user } = await open();
    const log = await shown();
    expect(await log.findByText("Starting")).toBeVisible();
    expect(log.getByRole("img", { name: "Error" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Lines shown: Everything" }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Errors" }));
    await waitFor(() => expect(log.queryByText("Starting")).toBeNull());
    expect(log.getByText("Refused")).toBeVisible();
    expect(screen.getByText("1 line of this kind")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Lines shown: Errors" }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Tributary" }));
    expect(await log.findByText("No line fits this filter.")).toBeVisible();
  });

  it("is searched from the keyboard, hit by hit", async () => {
    const { open } = withOne();
    const { user } = await open();
    const log = await shown();
    await log.findByText("Starting");
    await user.keyboard("/account");
    expect(await screen.findByText("1 of 2")).toBeVisible();
    expect(log.getAllByText("Account", { selector: "mark" })).toHaveLength(2);
    await user.keyboard("{Enter}");
    expect(await screen.findByText("2 of 2")).toBeVisible();
    await user.keyboard("{Shift>}{Enter}{/Shift}");
    expect(await screen.findByText("1 of 2")).toBeVisible();
    await expectAccessible();
    await user.keyboard("zzz");
    expect(await screen.findByText("Nothing found")).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByText("Nothing found")).toBeNull());
  });

  it("is followed while the run works, and can be saved and wrapped", async () => {
    const { fake, run, open } = withOne({ status: "running", finished_at: null });
    fake.answer("save_log", () => "/home/ada/sync.log");
    const { user } = await open();
    const log = await shown();
    const follow = screen.getByRole("button", { name: "Follow" });
    expect(follow).toHaveAttribute("aria-pressed", "true");
    fake.state.logs.set(run.id, [...lines, makeLine("written since")]);
    expect(await log.findByText("written since")).toBeVisible();
    await user.click(follow);
    expect(follow).toHaveAttribute("aria-pressed", "false");
    await user.click(screen.getByRole("button", { name: "Wrap long lines" }));
    expect(await (await shown()).findByText("Starting")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Save the whole log" }));
    expect(await screen.findByText("/home/ada/sync.log")).toBeVisible();
  });

  it("says so when it cannot be read, with a way to try again", async () => {
    const { fake, open } = withOne();
    const answer = fake.answerOf("log_extent");
    fake.fail("log_extent", makeError({ message: "The log file is gone." }));
    const { user } = await open();
    expect(await screen.findByText("The log file is gone.")).toBeVisible();
    fake.answer("log_extent", answer);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Starting")).toBeVisible();
  });
});
