import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeError, makeIntegration } from "@/ipc/fake/builders";
import { makeNotice } from "@/ipc/fake/fake-desk";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

const integration = makeIntegration({ name: "Sales org" });
const withNotices = () =>
  new FakeTransport({
    integrations: [integration],
    notices: [
      makeNotice({ id: 8, title: "Sales org failed", route: `/integrations/${integration.id}` }),
      makeNotice({ id: 7, title: "Yesterday", kind: "summary", route: "/activity", seen: true }),
    ],
  });
const region = async () => within(await screen.findByRole("region", { name: "Notices" }));

describe("notices", () => {
  it("are told of by a dot until they were looked at", async () => {
    const fake = withNotices();
    const { user } = await renderApp(fake);
    await user.click(await screen.findByRole("link", { name: "Activity, new notices" }));
    const list = await region();
    expect(
      await list.findByRole("link", { name: /^New\. Failed:\s*Sales org failed/u }),
    ).toBeVisible();
    expect(list.queryByText("Yesterday"), "seen before").toBeNull();
    await expectAccessible();
    await waitFor(() =>
      expect(fake.calls).toContainEqual({ command: "see_notices", args: { upTo: 8 } }),
    );
    expect(await screen.findByRole("link", { name: "Activity" })).toBeVisible();
    expect(list.getByText("Sales org failed"), "it stays while one is here").toBeVisible();
  });

  it("lead to where more is said, and the old ones are one press away", async () => {
    const { user, router } = await renderApp(withNotices(), "/activity");
    const list = await region();
    await user.click(await list.findByRole("button", { name: "Show all 2" }));
    expect(list.getByText("Yesterday")).toBeVisible();
    await user.click(list.getByRole("link", { name: /Sales org failed/u }));
    await waitFor(() =>
      expect(router.state.location.pathname).toBe(`/integrations/${integration.id}`),
    );
  });

  it("load, fail and are absent in words", async () => {
    const loading = await renderApp(new FakeTransport().hold("list_notices"), "/activity");
    expect(await screen.findByRole("status", { name: "Loading the notices" })).toBeVisible();
    loading.unmount();
    const fake = withNotices();
    const answer = fake.answerOf("list_notices");
    fake.fail("list_notices", makeError({ message: "The database is locked." }));
    const failing = await renderApp(fake, "/activity");
    const list = await region();
    expect(await list.findByRole("alert")).toHaveTextContent("The database is locked.");
    fake.answer("list_notices", answer);
    await failing.user.click(list.getByRole("button", { name: "Try again" }));
    expect(await list.findByText("Sales org failed")).toBeVisible();
    failing.unmount();
    await renderApp(new FakeTransport(), "/activity");
    expect(await screen.findByText(/What you are notified of is kept here/u)).toBeVisible();
  });
});
