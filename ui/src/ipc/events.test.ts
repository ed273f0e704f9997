import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import { applyEvent } from "./events";
import { makeProgress, withRun } from "./fake/builders";
import { FakeTransport } from "./fake/fake-transport";
import {
  engineProgressQuery,
  integrationsQuery,
  keychainQuery,
  runProgressQuery,
  tagKey,
} from "./queries";

it("turns tags into the keys of queries", () => {
  expect(tagKey({ tag: "integrations" })).toEqual(["integrations"]);
  expect(tagKey({ tag: "run", id: "7" })).toEqual(["run", "7"]);
});

it("asks again for what an event calls stale, and for nothing else", async () => {
  const fake = new FakeTransport();
  const client = new QueryClient();
  const stop = new QueryObserver(client, integrationsQuery(fake)).subscribe(() => undefined);
  await vi.waitFor(() => expect(fake.calls).toHaveLength(1));
  applyEvent(fake, client, { event: "invalidate", data: [{ tag: "runs" }, { tag: "engine" }] });
  expect(fake.calls, "runs and engine are not looked at").toHaveLength(1);
  applyEvent(fake, client, { event: "invalidate", data: [{ tag: "integrations" }] });
  await vi.waitFor(() => expect(fake.calls, "the first answer may be older").toHaveLength(2));
  await vi.waitFor(() => expect(client.isFetching()).toBe(0));
  applyEvent(fake, client, { event: "invalidate", data: [{ tag: "integrations" }] });
  await vi.waitFor(() => expect(fake.calls).toHaveLength(3));
  stop();
});

it("keeps live counts, and asks for the list when it does not know the run", async () => {
  const known = withRun({ status: "syncing" }, { status: "running" });
  const fake = new FakeTransport({ integrations: [known] });
  const client = new QueryClient();
  const stop = new QueryObserver(client, integrationsQuery(fake)).subscribe(() => undefined);
  await vi.waitFor(() =>
    expect(client.getQueryData(integrationsQuery(fake).queryKey)).toHaveLength(1),
  );
  const run = known.last_run?.id ?? "";
  const progress = makeProgress({ id: run, integration: known.id }, []);
  applyEvent(fake, client, { event: "run_progress", data: progress });
  expect(client.getQueryData(runProgressQuery(known.id).queryKey)?.run).toBe(run);
  expect(fake.calls, "a known run needs no question").toHaveLength(1);
  applyEvent(fake, client, { event: "run_progress", data: { ...progress, run: "another" } });
  await vi.waitFor(() => expect(fake.calls).toHaveLength(2));
  stop();
});

it("forgets the engine's progress when all is done, and keeps the keychain's state", () => {
  const fake = new FakeTransport();
  const client = new QueryClient();
  const data = { environment: "meltano", step: "installing" as const, fraction: 0.5 };
  applyEvent(fake, client, { event: "engine_progress", data: { ...data, total_fraction: 0.5 } });
  expect(client.getQueryData(engineProgressQuery.queryKey)?.total_fraction).toBe(0.5);
  applyEvent(fake, client, { event: "engine_progress", data: { ...data, total_fraction: 1 } });
  expect(client.getQueryData(engineProgressQuery.queryKey)).toBeNull();
  applyEvent(fake, client, { event: "engine_progress", data: { ...data, total_fraction: 0.7 } });
  applyEvent(fake, client, { event: "invalidate", data: [{ tag: "engine" }] });
  expect(client.getQueryData(engineProgressQuery.queryKey), "it failed on its way").toBeNull();
  applyEvent(fake, client, { event: "keychain", data: "waiting" });
  expect(client.getQueryData(keychainQuery.queryKey)).toBe("waiting");
});
