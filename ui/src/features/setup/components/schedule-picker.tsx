import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { Input, Select } from "@/components/ui/input";
import { TimeField } from "@/components/ui/time-field";
import {
  days,
  dayWords,
  readSchedule,
  writeSchedule,
  type ScheduleChoice,
} from "@/features/setup/api/schedule";
import { useTransport } from "@/ipc/context";
import { scheduleQuery } from "@/ipc/queries";
import { toApiError } from "@/ipc/errors";
import { formatMoment } from "@/lib/time";
import { useWizard, useWizardDraft } from "./scope";

const plain = [
  { rhythm: "off", label: "By hand only" },
  { rhythm: "quarter", label: "Every 15 minutes" },
  { rhythm: "hourly", label: "Every hour" },
  { rhythm: "daily", label: "Every day" },
  { rhythm: "weekly", label: "Every week" },
] as const;

/** When the draft of this wizard is synced by itself. */
export function SchedulePicker() {
  const { keeper } = useWizard();
  const draft = useWizardDraft();
  return (
    <ScheduleChooser
      schedule={draft.schedule}
      onChange={(schedule) => keeper.change({ schedule })}
    />
  );
}

interface ScheduleChooserProps {
  /** What is chosen at first; `null`: by hand only. */
  schedule: string | null;
  onChange: (schedule: string) => void;
}

/** When to sync by itself, in words, with the next three times. */
export function ScheduleChooser({ schedule, onChange }: ScheduleChooserProps) {
  const [choice, setChoice] = useState(() => readSchedule(schedule));
  const [advanced, setAdvanced] = useState(choice.rhythm === "custom");
  const written = writeSchedule(choice);
  const preview = useQuery(scheduleQuery(useTransport(), useDeferredValue(written)));
  const change = (what: Partial<ScheduleChoice>) => {
    const next = { ...choice, ...what };
    setChoice(next);
    const text = writeSchedule(next);
    // What cannot be read is not kept: the schedule before stays until it can.
    if (text !== "") onChange(text);
  };
  const wrong = choice.rhythm === "custom" && preview.isError;
  return (
    <fieldset className="space-y-2">
      <legend className="mb-2 text-small font-medium">When to sync</legend>
      {plain.map(({ rhythm, label }) => (
        <Option
          key={rhythm}
          label={label}
          checked={choice.rhythm === rhythm}
          onChoose={() => change({ rhythm })}
        >
          {choice.rhythm === rhythm && rhythm === "weekly" && (
            <Select
              aria-label="Day"
              className="w-36"
              value={choice.day}
              onChange={({ target }) =>
                change({ day: days.find((one) => one === target.value) ?? "mon" })
              }
            >
              {days.map((day) => (
                <option key={day} value={day}>
                  {dayWords[day]}
                </option>
              ))}
            </Select>
          )}
          {choice.rhythm === rhythm && (rhythm === "daily" || rhythm === "weekly") && (
            <TimeField value={choice.time} onChange={(time) => change({ time })} />
          )}
        </Option>
      ))}
      <button
        type="button"
        aria-expanded={advanced}
        onClick={() => setAdvanced(!advanced)}
        className="-ml-1 flex items-center gap-1.5 rounded-control px-1 py-1 text-small font-medium text-ink-2 hover:text-ink"
      >
        <ChevronRight
          className={`size-4 transition-transform duration-100 ${advanced ? "rotate-90" : ""}`}
          aria-hidden
        />
        Advanced
      </button>
      {advanced && (
        <Option
          label="Custom (cron)"
          checked={choice.rhythm === "custom"}
          onChoose={() => change({ rhythm: "custom" })}
        >
          <Input
            aria-label="Cron expression"
            className="w-48 font-mono"
            spellCheck={false}
            placeholder="30 6 * * 1-5"
            value={choice.cron}
            onChange={({ target }) => change({ rhythm: "custom", cron: target.value })}
            {...(wrong && { "aria-invalid": true, "aria-describedby": "cron-error" })}
          />
        </Option>
      )}
      <div aria-live="polite" className="min-h-12 pt-2 text-small text-ink-2">
        {wrong ? (
          <p id="cron-error" className="text-attention">
            {toApiError(preview.error).message} {toApiError(preview.error).hint}
          </p>
        ) : preview.isError ? (
          <p>{toApiError(preview.error).message}</p>
        ) : written === "" ? (
          <p>Minute, hour, day of the month, month, day of the week.</p>
        ) : preview.data && preview.data.next.length > 0 ? (
          <>
            <p className="font-medium text-ink">{preview.data.words}</p>
            <p className="tabular-nums">Next: {preview.data.next.map(formatMoment).join(" · ")}</p>
          </>
        ) : (
          preview.data && <p>It syncs when you press Sync now.</p>
        )}
      </div>
    </fieldset>
  );
}

interface OptionProps {
  label: string;
  checked: boolean;
  onChoose: () => void;
  children?: React.ReactNode;
}

function Option({ label, checked, onChoose, children }: OptionProps) {
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1.5">
      <label className="flex items-center gap-2.5 text-small">
        <input
          type="radio"
          name="schedule"
          className="size-4 accent-(--accent)"
          checked={checked}
          onChange={onChoose}
        />
        {label}
      </label>
      {children}
    </div>
  );
}
