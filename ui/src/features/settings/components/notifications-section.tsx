import { BellRing } from "lucide-react";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/input";
import { TimeField } from "@/components/ui/time-field";
import { useSettings } from "@/features/settings/api/scope";
import type { NotificationSettings } from "@/ipc/generated/NotificationSettings";
import { useTestNotification } from "@/ipc/mutations";
import { refusalText, Row, SwitchRow, useRowIds } from "./setting-rows";

/** When a summary comes at first, and the hours that are quiet at first. */
const SUMMARY = "08:00";
const QUIET = { from: "20:00", to: "07:00" };

/** What native notifications tell, and when they keep quiet. */
export function NotificationRows() {
  const { settings, change, refusedFor } = useSettings();
  const { notifications } = settings;
  const set = (patch: Partial<NotificationSettings>) =>
    change({ notifications: { ...notifications, ...patch } });
  return (
    <>
      <SwitchRow
        title="A sync failed"
        detail="Once for each trouble, with a button that leads to where it is fixed."
        checked={notifications.failures}
        onChange={(failures) => set({ failures })}
        error={refusedFor("notifications.failures")}
      />
      <SwitchRow
        title="A sync works again"
        detail="When an integration that had failed is up to date again."
        checked={notifications.recoveries}
        onChange={(recoveries) => set({ recoveries })}
        error={refusedFor("notifications.recoveries")}
      />
      <TimesRow
        title="A summary each day"
        detail="How many syncs there were, what they brought in, and what needs your attention."
        on={notifications.daily_summary !== null}
        onSwitch={(on) => set({ daily_summary: on ? SUMMARY : null })}
        error={refusalText(refusedFor("notifications.daily_summary"))}
      >
        {notifications.daily_summary !== null && (
          <TimeField
            label="Time of the summary"
            value={notifications.daily_summary}
            onChange={(time) => set({ daily_summary: time })}
          />
        )}
      </TimesRow>
      <TimesRow
        title="Quiet hours"
        detail="Nothing is shown then. What happens is kept under Activity."
        on={notifications.quiet_hours !== null}
        onSwitch={(on) => set({ quiet_hours: on ? QUIET : null })}
        error={refusalText(refusedFor("notifications.quiet_hours"))}
      >
        {notifications.quiet_hours !== null && (
          <QuietFields
            hours={notifications.quiet_hours}
            onChange={(quiet_hours) => set({ quiet_hours })}
          />
        )}
      </TimesRow>
      <TestRow />
    </>
  );
}

interface QuietFieldsProps {
  hours: { from: string; to: string };
  onChange: (hours: { from: string; to: string }) => void;
}

function QuietFields({ hours, onChange }: QuietFieldsProps) {
  return (
    <>
      <span className="text-small text-ink-2">from</span>
      <TimeField
        label="Quiet from"
        value={hours.from}
        onChange={(from) => onChange({ ...hours, from })}
      />
      <span className="text-small text-ink-2">to</span>
      <TimeField label="Quiet to" value={hours.to} onChange={(to) => onChange({ ...hours, to })} />
    </>
  );
}

interface TimesRowProps {
  title: string;
  detail: string;
  on: boolean;
  onSwitch: (on: boolean) => void;
  error: string | undefined;
  children: React.ReactNode;
}

/** A choice that has times once it is on. */
function TimesRow({ title, detail, on, onSwitch, error, children }: TimesRowProps) {
  const ids = useRowIds();
  return (
    <Row title={title} detail={detail} ids={ids} error={error}>
      {children}
      <Switch
        aria-labelledby={ids.title}
        aria-describedby={ids.detail}
        checked={on}
        onCheckedChange={onSwitch}
      />
    </Row>
  );
}

function TestRow() {
  const test = useTestNotification();
  const show = () =>
    test.mutate(undefined, {
      onSuccess: () =>
        toast.success("A notification was sent", {
          description: "If none appeared, allow Tributary to show them in your system’s settings.",
        }),
    });
  return (
    <Row title="Try it" detail="Shows a notification now, also in quiet hours.">
      <Button
        size="small"
        busy={test.isPending}
        icon={<BellRing className="size-3.5" aria-hidden />}
        onClick={show}
      >
        Send a test notification
      </Button>
    </Row>
  );
}
