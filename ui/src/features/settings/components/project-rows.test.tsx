import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

describe("Meltano projects", () => {
  it("are exported, with the names of the secrets to set", async () => {
    const { user } = await renderApp(new FakeTransport(), "/settings/about");
    await user.click(await screen.findByRole("button", { name: "Export" }));
    const dialog = within(await screen.findByRole("dialog", { name: "1 job exported" }));
    expect(dialog.getByText("TAP_SALESFORCE_SALES_ORG_REFRESH_TOKEN")).toBeVisible();
    await expectAccessible();
  });

  it("are taken over, and what is left out is said", async () => {
    const fake = new FakeTransport().answer("import_project", () => ({
      integrations: [
        {
          plugin: "tap-salesforce",
          name: "tap-salesforce",
          connector: "salesforce",
          draft: "draft",
          secrets: ["refresh_token"],
        },
      ],
      destinations: [],
      left_out: ["“tap-x”: no connector is known by that name."],
    }));
    const { user } = await renderApp(fake, "/settings/about");
    await user.click(await screen.findByRole("button", { name: "Import" }));
    const dialog = within(await screen.findByRole("dialog", { name: "1 integration taken over" }));
    expect(dialog.getByText("tap-salesforce: refresh_token")).toBeVisible();
    expect(dialog.getByText(/tap-x/u)).toBeVisible();
  });
});
