import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeError, rejection } from "@/ipc/fake/builders";
import { makeSettings } from "@/ipc/fake/fake-desk";
import type { AppSettings } from "@/ipc/generated/AppSettings";
import { SettingsKeeper } from "./settings-keeper";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function open(save: (settings: AppSettings) => Promise<AppSettings>) {
  const onRefused = vi.fn();
  return { keeper: new SettingsKeeper({ settings: makeSettings(), save, onRefused }), onRefused };
}

describe("choices that are made", () => {
  it("are shown at once and saved together once no more come", async () => {
    const save = vi.fn((settings: AppSettings) => Promise.resolve(settings));
    const { keeper } = open(save);
    keeper.change({ run_hours: 1 });
    keeper.change({ run_hours: 12 });
    keeper.change({ retries: false });
    expect(keeper.snapshot().settings.run_hours).toBe(12);
    expect(save).not.toHaveBeenCalled();
    await vi.runAllTimersAsync();
    expect(save).toHaveBeenCalledTimes(1);
    expect(save).toHaveBeenCalledWith(makeSettings({ run_hours: 12, retries: false }));
  });

  it("are undone when they are refused, and say why until they change", async () => {
    const error = makeError({ code: "invalid_setting", setting: "proxy", message: "No address." });
    const { keeper, onRefused } = open(() => Promise.reject(rejection(error)));
    keeper.change({ proxy: "nonsense" });
    await keeper.flush();
    expect(keeper.snapshot().settings.proxy).toBeNull();
    expect(keeper.snapshot().refused.proxy?.message).toBe("No address.");
    expect(onRefused).not.toHaveBeenCalled();
    keeper.change({ proxy: "http://127.0.0.1:8080" });
    expect(keeper.snapshot().refused).toEqual({});
  });

  it("are undone and told of when no field is at fault", async () => {
    const { keeper, onRefused } = open(() => Promise.reject(rejection(makeError())));
    keeper.change({ closing: "quit" });
    await keeper.flush();
    expect(keeper.snapshot().settings.closing).toBe("tray");
    expect(onRefused).toHaveBeenCalledTimes(1);
  });

  it("stay as they are shown when others are saved meanwhile", () => {
    const { keeper } = open((settings) => Promise.resolve(settings));
    keeper.change({ run_hours: 3 });
    keeper.take(makeSettings({ silence_minutes: 5 }));
    expect(keeper.snapshot().settings).toMatchObject({ run_hours: 3, silence_minutes: 5 });
  });
});
