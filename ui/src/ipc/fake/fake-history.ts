import type { Args, Result } from "@/ipc/commands";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import type { Run } from "@/ipc/generated/Run";
import type { StreamHistory } from "@/ipc/generated/StreamHistory";
import type { SyncState } from "@/ipc/generated/SyncState";
import type { FakeTransport } from "./fake-transport";

/** The commands about what was. */
type Name = "find_runs" | "stream_history" | "sync_state" | "reset_state";

type HistoryHandlers = {
  [Command in Name]: (args: Args<Command>) => Result<Command> | Promise<Result<Command>>;
};

/** How many runs the history of a stream looks back on. */
const REMEMBERED = 14;

/** How a fake core answers them. */
export function historyHandlers(fake: FakeTransport): HistoryHandlers {
  const runsOf = (id: IntegrationId) =>
    fake.state.runs.filter(({ integration }) => integration === id);
  const stateOf = (id: IntegrationId): SyncState =>
    fake.state.syncStates.get(id) ?? stateAfter(runsOf(id));
  return {
    find_runs: ({ query }) => {
      const { integration = null, statuses = [], text = "", before = null, limit = 100 } = query;
      const wanted = text.trim().toLowerCase();
      const found = fake.state.runs.filter(
        (run) =>
          (integration === null || run.integration === integration) &&
          (statuses.length === 0 || statuses.includes(run.status)) &&
          run.integration_name.toLowerCase().includes(wanted),
      );
      const begin = before === null ? 0 : found.findIndex(({ id }) => id === before) + 1;
      const runs = found.slice(begin, begin + limit);
      const more = begin + runs.length < found.length;
      return { runs, next: more ? (runs.at(-1)?.id ?? null) : null, total: found.length };
    },
    stream_history: ({ id }) => streamsOf(runsOf(id)),
    sync_state: ({ id }) => stateOf(id),
    reset_state: ({ id, streams }) => {
      const before = stateOf(id);
      const after: SyncState = {
        saved_at: new Date().toISOString(),
        streams: before.streams.map((one) =>
          streams === null || streams.includes(one.name)
            ? { ...one, position: null, raw: null }
            : one,
        ),
      };
      fake.state.syncStates.set(id, after);
      return after;
    },
  };
}

/** What the streams of these runs (newest first) brought. */
export function streamsOf(runs: readonly Run[]): StreamHistory[] {
  const found = new Map<string, StreamHistory>();
  const good = runs.filter(({ status }) => status === "succeeded");
  for (const run of good) {
    for (const { name, records, mark } of run.streams) {
      const known = found.get(name);
      if (known) {
        if (known.records.length < REMEMBERED) known.records.unshift(records);
        if (records > 0) known.last_rows_at ??= run.finished_at;
        continue;
      }
      found.set(name, {
        name,
        last_read_at: run.finished_at,
        last_rows_at: records > 0 ? run.finished_at : null,
        last_records: records,
        records: [records],
        mark,
      });
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function stateAfter(runs: readonly Run[]): SyncState {
  const last = runs.find(({ status }) => status === "succeeded");
  if (!last) return { saved_at: null, streams: [] };
  return {
    saved_at: last.finished_at,
    streams: streamsOf(runs).map(({ name }) => ({
      name,
      position: last.finished_at,
      raw: { replication_key: "SystemModstamp", replication_key_value: last.finished_at },
    })),
  };
}
