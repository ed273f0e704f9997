import { useRouter } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { failedWords } from "@/features/integrations/api/bulk-words";
import type { BulkFailure } from "@/features/integrations/api/use-bulk-action";
import type { BulkAction } from "@/ipc/generated/BulkAction";
import type { BulkResult } from "@/ipc/generated/BulkResult";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import { formatNumber } from "@/lib/format";

/** How many are named; the rest is counted. */
const NAMED = 200;

interface BulkFailuresProps {
  failure: BulkFailure;
  onRetry: (ids: IntegrationId[], action: BulkAction) => void;
  onClose: () => void;
}

/** What did not work and why, each with the place where it is mended. */
export function BulkFailures({ failure, onRetry, onClose }: BulkFailuresProps) {
  const { action, failed } = failure;
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={failedWords(action.action, failed.length)}
      description="They stay chosen in the list."
      footer={
        <>
          <Button
            onClick={() =>
              onRetry(
                failed.map(({ integration }) => integration),
                action,
              )
            }
          >
            Try these again
          </Button>
          <Button kind="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <ul aria-label="What did not work" className="divide-y divide-line">
        {failed.slice(0, NAMED).map((result) => (
          <Failed key={result.integration} result={result} onLeave={onClose} />
        ))}
      </ul>
      {failed.length > NAMED && (
        <p className="pt-2 text-small text-ink-2">
          And {formatNumber(failed.length - NAMED)} more.
        </p>
      )}
    </Dialog>
  );
}

function Failed({ result, onLeave }: { result: BulkResult; onLeave: () => void }) {
  const router = useRouter();
  const { name, error } = result;
  const fix = error?.fix;
  return (
    <li className="flex items-start gap-2.5 py-2.5">
      <TriangleAlert className="mt-0.5 size-4 shrink-0 text-attention" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="font-medium wrap-anywhere">{name}</p>
        <p className="text-small wrap-anywhere text-ink-2">
          {error?.message} {error?.hint}
        </p>
      </div>
      {fix && (
        <Button
          size="small"
          aria-label={`Fix ${name}`}
          onClick={() => {
            onLeave();
            router.history.push(fix.route);
          }}
        >
          Fix
        </Button>
      )}
    </li>
  );
}
