import {
  CalendarClock,
  CirclePause,
  CirclePlay,
  PlugZap,
  RefreshCw,
  Trash2,
  X,
} from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Progress } from "@/components/ui/progress";
import { doingWords } from "@/features/integrations/api/bulk-words";
import { useBulkAction, type BulkRunner } from "@/features/integrations/api/use-bulk-action";
import type { Selection } from "@/features/integrations/api/use-selection";
import { formatNumber } from "@/lib/format";
import { BulkFailures } from "./bulk-failures";
import { BulkTestDialog, MOST_TESTS } from "./bulk-test-dialog";
import { DeleteDialog } from "./delete-dialog";
import { ScheduleDialog, type SchedulePart } from "./schedule-dialog";

interface BulkBarProps {
  selection: Selection;
  /** How many are shown, so that all of them can be chosen. */
  shown: number;
  schedule: SchedulePart;
}

/** What can be done with all that are chosen. It stands at the foot of the list, where it moves no row. */
export function BulkBar({ selection, shown, schedule }: BulkBarProps) {
  // What was not done stays chosen: that is what one wants to go on with.
  const bulk = useBulkAction(selection.choose);
  const { chosen } = selection;
  return (
    <>
      <p role="status" className="sr-only">
        {chosen.length > 0 && `${formatNumber(chosen.length)} chosen`}
      </p>
      {(chosen.length > 0 || bulk.progress !== null) && (
        <div className="pointer-events-none sticky bottom-4 z-20 mt-4 flex justify-center">
          <div className="pointer-events-auto max-w-full animate-appear rounded-card bg-raised shadow-dialog">
            {bulk.progress ? (
              <Working bulk={bulk} />
            ) : (
              <Actions selection={selection} shown={shown} schedule={schedule} bulk={bulk} />
            )}
          </div>
        </div>
      )}
      {bulk.failure && (
        <BulkFailures
          failure={bulk.failure}
          onRetry={(ids, action) => bulk.run(ids, action)}
          onClose={bulk.dismiss}
        />
      )}
    </>
  );
}

function Working({ bulk }: { bulk: BulkRunner }) {
  const { progress, stop } = bulk;
  if (!progress) return null;
  const words = doingWords[progress.action];
  return (
    <div className="flex w-96 items-center gap-4 px-4 py-2.5">
      <div className="min-w-0 flex-1 space-y-1.5">
        <p className="flex justify-between text-small">
          <span className="font-medium">{words}</span>
          <span className="text-ink-2 tabular-nums">
            {formatNumber(progress.done)} of {formatNumber(progress.total)}
          </span>
        </p>
        <Progress label={words} share={progress.done / Math.max(1, progress.total)} />
      </div>
      <Button size="small" onClick={stop}>
        Stop
      </Button>
    </div>
  );
}

interface ActionsProps extends BulkBarProps {
  bulk: BulkRunner;
}

function Actions({ selection, shown, schedule, bulk }: ActionsProps) {
  const [dialog, setDialog] = useState<"none" | "schedule" | "delete" | "test">("none");
  const { chosen } = selection;
  const ids = chosen.map(({ id }) => id);
  const close = () => setDialog("none");
  const paused = chosen.filter(({ status }) => status === "paused").length;
  return (
    <div
      role="toolbar"
      aria-label="Chosen integrations"
      className="flex flex-wrap items-center gap-1 px-2 py-2"
    >
      <span className="px-2 text-small font-medium whitespace-nowrap tabular-nums">
        {formatNumber(chosen.length)} chosen
      </span>
      {!selection.all && (
        <Button size="small" kind="quiet" onClick={selection.toggleAll}>
          Choose all {formatNumber(shown)}
        </Button>
      )}
      <span className="mx-1 h-5 w-px bg-line" aria-hidden />
      <Action icon={<RefreshCw aria-hidden />} onClick={() => bulk.run(ids, { action: "sync" })}>
        Sync
      </Action>
      <Action
        icon={<CirclePause aria-hidden />}
        disabled={paused === chosen.length}
        onClick={() => bulk.run(ids, { action: "pause" })}
      >
        Pause
      </Action>
      <Action
        icon={<CirclePlay aria-hidden />}
        disabled={paused === 0}
        onClick={() => bulk.run(ids, { action: "resume" })}
      >
        Resume
      </Action>
      <Action icon={<CalendarClock aria-hidden />} onClick={() => setDialog("schedule")}>
        Schedule
      </Action>
      <Action
        icon={<PlugZap aria-hidden />}
        disabled={chosen.length > MOST_TESTS}
        title={chosen.length > MOST_TESTS ? `At most ${MOST_TESTS} at a time` : undefined}
        onClick={() => setDialog("test")}
      >
        Test
      </Action>
      <Action danger icon={<Trash2 aria-hidden />} onClick={() => setDialog("delete")}>
        Delete
      </Action>
      <IconButton
        label="Choose none"
        shortcut="Esc"
        icon={<X className="size-4" aria-hidden />}
        onClick={selection.clear}
      />
      {dialog === "schedule" && (
        <ScheduleDialog
          integrations={chosen}
          schedule={schedule}
          onClose={close}
          onChoose={(text) => {
            close();
            bulk.run(ids, { action: "schedule", schedule: text });
          }}
        />
      )}
      {dialog === "test" && <BulkTestDialog integrations={chosen} onClose={close} />}
      {dialog === "delete" && (
        <DeleteDialog
          integrations={chosen}
          onClose={close}
          onDelete={(data) => {
            close();
            bulk.run(ids, { action: "delete", data });
          }}
        />
      )}
    </div>
  );
}

interface ActionProps {
  icon: ReactNode;
  onClick: () => void;
  disabled?: boolean;
  danger?: boolean;
  title?: string | undefined;
  children: string;
}

function Action({ icon, onClick, disabled = false, danger = false, title, children }: ActionProps) {
  return (
    <Button
      size="small"
      kind="quiet"
      icon={icon}
      disabled={disabled}
      title={title}
      onClick={onClick}
      className={`[&>svg]:size-4 ${danger ? "text-attention!" : ""}`}
    >
      {children}
    </Button>
  );
}
