import { RotateCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { toApiError } from "@/ipc/errors";

interface ErrorStateProps {
  /** What is missing, for instance "The integrations could not be loaded". */
  title: string;
  error: unknown;
  busy: boolean;
  onRetry: () => void;
}

/** Stands where data should be: what failed and the one button that helps. */
export function ErrorState({ title, error, busy, onRetry }: ErrorStateProps) {
  const { message, hint } = toApiError(error);
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-16 text-center">
      <span className="mb-4 flex size-11 items-center justify-center rounded-card bg-attention-soft text-attention">
        <TriangleAlert className="size-5" aria-hidden />
      </span>
      <h2 className="text-heading font-semibold">{title}</h2>
      <p className="mt-1 max-w-md selectable text-balance wrap-anywhere text-ink-2">{message}</p>
      {hint !== "" && <p className="mt-1 max-w-md selectable text-balance text-ink-2">{hint}</p>}
      <Button
        className="mt-5"
        kind="primary"
        busy={busy}
        icon={<RotateCw className="size-4" aria-hidden />}
        onClick={onRetry}
      >
        Try again
      </Button>
    </div>
  );
}

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

/** Says what will be here, with the one button that starts it. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center px-6 py-16 text-center">
      <span className="mb-4 flex size-11 items-center justify-center rounded-card bg-accent-soft text-accent-ink [&>svg]:size-5">
        {icon}
      </span>
      <h2 className="text-heading font-semibold">{title}</h2>
      <p className="mt-1 max-w-md text-balance text-ink-2">{children}</p>
      {action !== undefined && <div className="mt-5 flex gap-2">{action}</div>}
    </div>
  );
}
