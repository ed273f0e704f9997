import { Select } from "@/components/ui/input";
import { useSettings } from "@/features/settings/api/scope";
import { formatNumber } from "@/lib/format";
import { NumberRow, refusalText, Row, SwitchRow, useRowIds } from "./setting-rows";

/** How many may run at once: every number up to eight, then the usual ones. */
const counts = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32];

/** How syncs run. */
export function SyncingRows() {
  const { settings, change, refusedFor } = useSettings();
  return (
    <>
      <ParallelRow />
      <NumberRow
        title="End a sync that says nothing"
        detail="A sync that has hung is ended after this time. What had arrived is kept."
        unit="minutes"
        value={settings.silence_minutes}
        least={2}
        most={1_440}
        onChange={(minutes) => change({ silence_minutes: minutes })}
        error={refusedFor("silence_minutes")}
      />
      <NumberRow
        title="Longest sync"
        detail="A sync is ended after this time in any case. The next one goes on from there."
        unit="hours"
        value={settings.run_hours}
        least={1}
        most={168}
        onChange={(hours) => change({ run_hours: hours })}
        error={refusedFor("run_hours")}
      />
      <SwitchRow
        title="Try again by itself"
        detail="After troubles that pass, for instance a lost connection, a sync is tried again a little later."
        checked={settings.retries}
        onChange={(retries) => change({ retries })}
        error={refusedFor("retries")}
      />
    </>
  );
}

function ParallelRow() {
  const { settings, change, refusedFor } = useSettings();
  const ids = useRowIds();
  const error = refusalText(refusedFor("parallel_runs"));
  const { parallel_runs: chosen } = settings;
  const options =
    chosen === null || counts.includes(chosen) ? counts : [...counts, chosen].sort((a, b) => a - b);
  return (
    <Row
      title="Syncs at the same time"
      detail="The others wait. Automatic: as many as this computer has cores."
      ids={ids}
      error={error}
    >
      <Select
        aria-labelledby={ids.title}
        aria-describedby={ids.detail}
        aria-invalid={error !== undefined}
        className="w-36"
        value={chosen ?? "auto"}
        onChange={({ target }) =>
          change({ parallel_runs: target.value === "auto" ? null : Number(target.value) })
        }
      >
        <option value="auto">Automatic</option>
        {options.map((count) => (
          <option key={count} value={count}>
            {formatNumber(count)}
          </option>
        ))}
      </Select>
    </Row>
  );
}

/** For how long what syncs leave behind is kept. */
export function StorageRows() {
  const { settings, change, refusedFor } = useSettings();
  return (
    <>
      <NumberRow
        title="Keep syncs and their logs"
        detail="Older ones are removed; the newest of each integration always stays. Your data is not touched."
        unit="days"
        value={settings.keep_runs_days}
        least={1}
        most={3_650}
        onChange={(days) => change({ keep_runs_days: days })}
        error={refusedFor("keep_runs_days")}
      />
      <NumberRow
        title="Room for logs"
        detail="When all logs together need more, the oldest are removed first."
        unit="megabytes"
        value={settings.keep_logs_megabytes}
        least={64}
        most={100_000}
        onChange={(megabytes) => change({ keep_logs_megabytes: megabytes })}
        error={refusedFor("keep_logs_megabytes")}
      />
    </>
  );
}
