import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Problem } from "@/ipc/generated/Problem";

/** What went wrong, what it means, and the one thing to do. */
export function ProblemCard({ problem, actions }: { problem: Problem; actions?: ReactNode }) {
  return (
    <section
      aria-label="Problem"
      className="rounded-card border border-attention-line bg-attention-soft p-4"
    >
      <div className="flex gap-3">
        <TriangleAlert className="mt-0.5 size-4.5 shrink-0 text-attention" aria-hidden />
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold text-balance wrap-anywhere">{problem.title}</h2>
          <p className="mt-1 selectable wrap-anywhere text-ink-2">{problem.explanation}</p>
          {problem.meaning !== "" && (
            <p className="mt-1 selectable wrap-anywhere text-ink-2">{problem.meaning}</p>
          )}
          {problem.details !== null && (
            <details className="mt-1.5 text-small text-ink-2">
              <summary className="w-fit rounded-control font-medium hover:text-ink">
                Details
              </summary>
              <p className="mt-1 selectable font-mono text-tiny wrap-anywhere">{problem.details}</p>
            </details>
          )}
          {problem.hint !== "" && (
            <p className="mt-2 selectable wrap-anywhere">
              <span className="font-medium">What to do: </span>
              {problem.hint}
            </p>
          )}
          {actions !== undefined && <div className="mt-3 flex flex-wrap gap-2">{actions}</div>}
        </div>
      </div>
    </section>
  );
}
