import { Check } from "lucide-react";
import { clsx } from "clsx";
import { stepWords, type Step } from "@/features/setup/api/steps";

interface StepListProps {
  steps: readonly Step[];
  current: Step;
  /** The furthest step that can be gone to. */
  furthest: Step;
  done: ReadonlySet<Step>;
  onGo: (step: Step) => void;
}

/** The steps with their state. Those that were reached lead back to themselves. */
export function StepList({ steps, current, furthest, done, onGo }: StepListProps) {
  const reach = steps.indexOf(furthest);
  return (
    <nav aria-label="Steps">
      <ol className="space-y-0.5">
        <StepMark state="done" number={1}>
          <span className="flex h-9 items-center px-2 text-small text-ink-3">Connector</span>
        </StepMark>
        {steps.map((step, index) => {
          const state = step === current ? "current" : done.has(step) ? "done" : "open";
          return (
            <StepMark key={step} state={state} number={index + 2}>
              <button
                type="button"
                disabled={index > reach}
                aria-current={step === current ? "step" : undefined}
                onClick={() => onGo(step)}
                className={clsx(
                  "min-h-9 w-full rounded-control px-2 py-1.5 text-left text-small leading-tight font-medium transition-colors duration-100 disabled:text-ink-3",
                  step === current ? "text-accent-ink" : "text-ink-2 enabled:hover:bg-hover",
                )}
              >
                {stepWords[step]}
                {state === "done" && <span className="sr-only">: done</span>}
              </button>
            </StepMark>
          );
        })}
      </ol>
    </nav>
  );
}

interface StepMarkProps {
  state: "done" | "current" | "open";
  number: number;
  children: React.ReactNode;
}

function StepMark({ state, number, children }: StepMarkProps) {
  return (
    <li className="flex items-center gap-1">
      <span
        aria-hidden
        className={clsx(
          "flex size-5.5 shrink-0 items-center justify-center rounded-full text-tiny font-semibold",
          state === "current" && "bg-accent text-on-accent",
          state === "done" && "bg-accent-soft text-accent-ink",
          state === "open" && "border border-line-strong text-ink-3",
        )}
      >
        {state === "done" ? <Check className="size-3.5" strokeWidth={2.5} /> : number}
      </span>
      <div className="min-w-0 flex-1">{children}</div>
    </li>
  );
}
