import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { expect } from "vitest";
import { Providers } from "@/app/providers";
import { createQueryClient } from "@/app/query-client";
import { createAppRouter } from "@/app/router";
import type { FakeTransport } from "@/ipc/fake/fake-transport";
import type { AppEvent } from "@/ipc/generated/AppEvent";

/** The whole app at a route, on a core in memory. */
export async function renderApp(fake: FakeTransport, route = "/integrations") {
  const router = createAppRouter(createMemoryHistory({ initialEntries: [route] }));
  const client = createQueryClient();
  const user = userEvent.setup();
  const view = render(
    <Providers transport={fake} client={client}>
      <RouterProvider router={router} />
    </Providers>,
  );
  await screen.findByRole("heading", { level: 1 });
  /** Sends an event of the core and waits for what it draws. */
  const emit = async (event: AppEvent) => {
    await act(async () => {
      fake.emit(event);
      // The cache tells its readers in the next turn.
      await new Promise((resolve) => setTimeout(resolve, 0));
    });
  };
  return { ...view, router, client, user, emit };
}

/** Fails with each accessibility rule that what is shown breaks. Contrast needs real pixels and is looked at elsewhere. */
export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document, {
    rules: { "color-contrast": { enabled: false } },
  });
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
  expect(found, "axe finds nothing wrong on this screen").toEqual([]);
}
