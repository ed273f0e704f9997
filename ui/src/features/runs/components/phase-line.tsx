import { clsx } from "clsx";
import { Check, Circle, LoaderCircle, Minus, X } from "lucide-react";
import { useLiveRun } from "@/components/live-run";
import { Card } from "@/components/page";
import { Progress } from "@/components/ui/progress";
import { phases, phaseStates, type PhaseState } from "@/features/runs/api/timeline";
import type { Run } from "@/ipc/generated/Run";
import type { RunPhase } from "@/ipc/generated/RunPhase";
import { formatNumber, formatShare } from "@/lib/format";

const names: Record<RunPhase, string> = {
  preparing: "Prepare",
  discovering: "Look what is there",
  reading: "Read",
  loading: "Write",
  finishing: "Finish",
};

const looks: Record<PhaseState, { icon: typeof Check; mark: string; text: string; words: string }> =
  {
    done: { icon: Check, mark: "bg-ok-soft text-ok", text: "text-ink", words: "done" },
    now: {
      icon: LoaderCircle,
      mark: "bg-working-soft text-working [&>svg]:animate-spin",
      text: "font-medium text-working",
      words: "now",
    },
    coming: {
      icon: Circle,
      mark: "bg-paused-soft text-ink-3",
      text: "text-ink-3",
      words: "to come",
    },
    stopped: {
      icon: X,
      mark: "bg-attention-soft text-attention",
      text: "font-medium text-attention",
      words: "ended here",
    },
    left: {
      icon: Minus,
      mark: "bg-paused-soft text-ink-2",
      text: "font-medium text-ink-2",
      words: "cancelled here",
    },
    unreached: {
      icon: Minus,
      mark: "bg-paused-soft text-ink-3",
      text: "text-ink-3",
      words: "not reached",
    },
  };

/** The phases of a run, and how far it is. */
export function PhaseLine({ run }: { run: Run }) {
  const { reached, active, records, expected } = useLiveRun(run);
  const states = phaseStates(run, reached);
  if (!states) return null;
  return (
    <Card className="shrink-0 px-4 py-3">
      <ol aria-label="Phases" className="flex items-center gap-2">
        {phases.map((phase, index) => {
          const state = states[index] ?? "coming";
          const look = looks[state];
          const Icon = look.icon;
          return (
            <li
              key={phase}
              {...(state === "now" && { "aria-current": "step" as const })}
              className="flex min-w-0 items-center gap-2 not-last:flex-1"
            >
              <span
                className={clsx(
                  "flex size-6 shrink-0 items-center justify-center rounded-full",
                  look.mark,
                )}
              >
                <Icon className="size-3.5" strokeWidth={2.5} aria-hidden />
              </span>
              <span className={clsx("truncate text-small", look.text)}>
                {names[phase]}
                <span className="sr-only">: {look.words}</span>
              </span>
              {index < phases.length - 1 && (
                <span
                  aria-hidden
                  className={clsx(
                    "h-px min-w-3 flex-1",
                    state === "done" ? "bg-ok" : "bg-line-strong",
                  )}
                />
              )}
            </li>
          );
        })}
      </ol>
      {active && run.status === "running" && (
        <div className="mt-3 flex items-center gap-3">
          <Progress label="Progress of this sync" share={shareOf(records, expected)} />
          <p className="shrink-0 text-tiny text-ink-2 tabular-nums">
            {expectedWords(records, expected)}
          </p>
        </div>
      )}
    </Card>
  );
}

/** An estimate never says that all is done. */
function shareOf(records: number, expected: number | null): number | null {
  if (expected === null || expected <= 0 || records > expected) return null;
  return Math.min(0.99, records / expected);
}

function expectedWords(records: number, expected: number | null): string {
  if (expected === null || expected <= 0) return "No earlier sync to estimate by";
  if (records > expected) return `More than the ${formatNumber(expected)} rows expected`;
  return `About ${formatShare(records / expected)} of ${formatNumber(expected)} rows expected`;
}
