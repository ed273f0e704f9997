import { useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { Integration } from "@/ipc/generated/Integration";
import { plural } from "@/lib/format";

/** What a schedule is chosen with; it belongs to another feature and comes from outside. */
export type SchedulePart = (
  schedule: string | null,
  onChange: (schedule: string) => void,
) => ReactNode;

interface ScheduleDialogProps {
  integrations: readonly Integration[];
  schedule: SchedulePart;
  onChoose: (schedule: string) => void;
  onClose: () => void;
}

/** Asks for the one schedule that all of them get. */
export function ScheduleDialog({ integrations, schedule, onChoose, onClose }: ScheduleDialogProps) {
  const [common] = useState(() => commonSchedule(integrations));
  const [chosen, setChosen] = useState(common.schedule ?? "off");
  const [only] = integrations;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={
        integrations.length === 1 && only
          ? `Schedule of “${only.name}”`
          : `Schedule of ${plural(integrations.length, "integration")}`
      }
      {...(!common.same && {
        description: "They have different schedules now. What you choose replaces all of them.",
      })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" onClick={() => onChoose(chosen)}>
            Set the schedule
          </Button>
        </>
      }
    >
      {schedule(common.schedule, setChosen)}
    </Dialog>
  );
}

/** The schedule they share, and whether they do. */
function commonSchedule(integrations: readonly Integration[]) {
  const all = new Set(integrations.map((one) => one.schedule));
  const [first = null] = all;
  return all.size === 1 ? { schedule: first, same: true } : { schedule: null, same: false };
}
