import { Check, LoaderCircle, X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useTestConnections, type Verdict } from "@/features/integrations/api/use-test-connections";
import type { Integration } from "@/ipc/generated/Integration";
import { plural } from "@/lib/format";

/** More than these are not tested at a time: each signs in at its source. */
export const MOST_TESTS = 50;

interface BulkTestDialogProps {
  integrations: readonly Integration[];
  onClose: () => void;
}

/** Tests the connections one after the other, and shows the verdict of each as it comes. */
export function BulkTestDialog({ integrations, onClose }: BulkTestDialogProps) {
  const [tested] = useState(integrations);
  const { verdicts, start, stop } = useTestConnections(tested);
  useEffect(() => {
    start();
    return stop;
  }, [start, stop]);
  const bad = [...verdicts.values()].filter((one) => one.state === "failed").length;
  const done = verdicts.size === tested.length;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Test ${plural(tested.length, "connection")}`}
      footer={
        <Button kind="primary" onClick={onClose}>
          {done ? "Close" : "Stop and close"}
        </Button>
      }
    >
      <p role="status" className="mb-2 font-medium">
        {!done
          ? `Testing: ${verdicts.size} of ${tested.length} done`
          : bad === 0
            ? "Everything works."
            : `${bad} of ${tested.length} need your attention.`}
      </p>
      <ul aria-label="Connections" className="divide-y divide-line">
        {tested.map(({ id, name }) => (
          <li key={id} className="flex gap-2.5 py-2">
            <Sign verdict={verdicts.get(id)} />
            <div className="min-w-0">
              <p className="font-medium wrap-anywhere">{name}</p>
              <p className="text-small wrap-anywhere text-ink-2">
                {verdicts.get(id)?.words ?? "Waiting for its turn"}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function Sign({ verdict }: { verdict: Verdict | undefined }) {
  const className = "mt-0.5 size-4 shrink-0";
  if (!verdict)
    return <LoaderCircle className={`${className} animate-spin text-ink-3`} aria-hidden />;
  return verdict.state === "passed" ? (
    <Check className={`${className} text-ok`} strokeWidth={2.25} aria-hidden />
  ) : (
    <X className={`${className} text-attention`} strokeWidth={2.25} aria-hidden />
  );
}
