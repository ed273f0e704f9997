import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeError, rejection } from "@/ipc/fake/builders";
import { makeSettings } from "@/ipc/fake/fake-desk";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

const open = async (fake = new FakeTransport(), route = "/settings") => {
  const view = await renderApp(fake, route);
  await screen.findByRole("switch", { name: "Start with the computer" });
  return { ...view, fake };
};

describe("the settings of the app", () => {
  it("are saved as they are made", async () => {
    const { user, fake } = await open();
    await expectAccessible();
    await user.click(screen.getByRole("switch", { name: "Start with the computer" }));
    await user.click(screen.getByRole("radio", { name: "Quit" }));
    await user.click(screen.getByRole("switch", { name: "A summary each day" }));
    await user.click(screen.getByRole("switch", { name: "Quiet hours" }));
    const to = screen.getByRole("textbox", { name: "Quiet to" });
    await user.clear(to);
    await user.type(to, "6.30");
    await user.selectOptions(
      screen.getByRole("combobox", { name: "Syncs at the same time" }),
      "Automatic",
    );
    const silence = screen.getByRole("textbox", { name: /^End a sync that says nothing/u });
    await user.clear(silence);
    await user.type(silence, "15");
    await waitFor(() =>
      expect(fake.state.settings).toEqual(
        makeSettings({
          start_with_computer: !makeSettings().start_with_computer,
          closing: "quit",
          silence_minutes: 15,
          notifications: {
            failures: true,
            recoveries: true,
            daily_summary: "08:00",
            quiet_hours: { from: "20:00", to: "06:30" },
            rules: {},
          },
        }),
      ),
    );
  });

  it("say at the field what cannot be, and do not save it", async () => {
    const { user, fake } = await open();
    const hours = screen.getByRole("textbox", { name: "Longest sync, in hours" });
    await user.clear(hours);
    await user.type(hours, "999");
    expect(screen.getByText("Enter a whole number from 1 to 168.")).toBeVisible();
    expect(hours).toBeInvalid();
    await expectAccessible();
    await user.clear(hours);
    await user.type(hours, "12");
    expect(hours).toBeValid();
    await waitFor(() => expect(fake.state.settings.run_hours).toBe(12));
  });

  it("show a refusal beside the field that causes it, and keep what was typed", async () => {
    const fake = new FakeTransport();
    const error = makeError({
      code: "invalid_setting",
      setting: "proxy",
      message: "This is no address.",
      hint: "",
    });
    const save = fake.answerOf("save_settings");
    fake.answer("save_settings", () => Promise.reject(rejection(error)));
    const { user } = await open(fake);
    const proxy = screen.getByRole("textbox", { name: "Proxy" });
    await user.type(proxy, "nonsense{Enter}");
    expect(await screen.findByText("This is no address.")).toBeVisible();
    expect(proxy).toBeInvalid();
    expect(proxy).toHaveValue("nonsense");
    fake.answer("save_settings", save);
    await user.clear(proxy);
    await user.type(proxy, "http://127.0.0.1:8080{Enter}");
    await waitFor(() => expect(fake.state.settings.proxy).toBe("http://127.0.0.1:8080"));
    expect(proxy).toBeValid();
  });

  it("are undone with a message when they could not be saved", async () => {
    const fake = new FakeTransport().fail("save_settings", makeError({ message: "Disk is full." }));
    const { user } = await open(fake);
    const retries = screen.getByRole("switch", { name: "Try again by itself" });
    await user.click(retries);
    expect(retries).not.toBeChecked();
    expect(await screen.findByText("Disk is full.")).toBeVisible();
    expect(retries).toBeChecked();
  });

  it("are not lost when the page is left at once", async () => {
    const { user, fake } = await open();
    await user.click(screen.getByRole("switch", { name: "Try again by itself" }));
    await user.click(screen.getByRole("link", { name: "Activity" }));
    await waitFor(() => expect(fake.state.settings.retries).toBe(false));
  });

  it("choose certificates with the system's dialog, and let go of them", async () => {
    const fake = new FakeTransport();
    fake.answer("choose_path", () => "/etc/company.pem");
    const { user } = await open(fake);
    await user.click(screen.getByRole("button", { name: "Choose a file of certificates" }));
    expect(await screen.findByText("/etc/company.pem")).toBeVisible();
    await waitFor(() => expect(fake.state.settings.certificates).toBe("/etc/company.pem"));
    await user.click(screen.getByRole("button", { name: "Remove the certificates" }));
    await waitFor(() => expect(fake.state.settings.certificates).toBeNull());
  });

  it("send a notification to try, and show the licences", async () => {
    const { user, fake } = await open();
    await user.click(screen.getByRole("button", { name: "Send a test notification" }));
    expect(await screen.findByText("A notification was sent")).toBeVisible();
    expect(fake.calls.map(({ command }) => command)).toContain("test_notification");
    await user.click(await screen.findByRole("button", { name: "Show licences" }));
    const dialog = await screen.findByRole("dialog", { name: "Licences" });
    expect(within(dialog).getByText("Meltano")).toBeVisible();
    await expectAccessible();
  });

  it("begin at the section that a link names", async () => {
    const { user, router } = await open(new FakeTransport(), "/settings/network");
    expect(await screen.findByRole("region", { name: "Network" })).toHaveFocus();
    const sections = within(screen.getByRole("navigation", { name: "Sections of the settings" }));
    await user.click(sections.getByRole("link", { name: "Storage" }));
    expect(router.state.location.pathname).toBe("/settings/storage");
    await waitFor(() => expect(screen.getByRole("region", { name: "Storage" })).toHaveFocus());
  });

  it("load and fail in words, while the rest of the page works", async () => {
    const loading = await renderApp(new FakeTransport().hold("get_settings"), "/settings");
    expect(screen.getAllByRole("status", { name: "Loading the settings" })[0]).toBeVisible();
    expect(screen.getByRole("radio", { name: "Dark" })).toBeVisible();
    await expectAccessible();
    loading.unmount();
    const fake = new FakeTransport();
    const answer = fake.answerOf("get_settings");
    fake.fail("get_settings", makeError());
    const { user } = await renderApp(fake, "/settings");
    const alert = await screen.findByRole("alert", { name: "The settings could not be read" });
    await expectAccessible();
    fake.answer("get_settings", answer);
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("switch", { name: "Start with the computer" })).toBeVisible();
  });
});
