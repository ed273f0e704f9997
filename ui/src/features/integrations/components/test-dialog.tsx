import { Check, CircleDashed, LoaderCircle, X } from "lucide-react";
import { useEffect } from "react";
import { ProblemCard } from "@/components/problem-card";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useTestConnection } from "@/features/integrations/api/mutations";
import { toApiError } from "@/ipc/errors";
import type { CheckStatus } from "@/ipc/generated/CheckStatus";
import type { Integration } from "@/ipc/generated/Integration";
import type { TestReport } from "@/ipc/generated/TestReport";

/** What people call the checks. */
const checkNames: Record<string, string> = {
  engine: "Engine",
  connector: "Connector",
  settings: "Settings",
  sign_in: "Sign-in",
  read: "Reading",
};

const verdicts: Record<CheckStatus, { icon: typeof Check; colour: string; words: string }> = {
  passed: { icon: Check, colour: "text-ok", words: "passed" },
  failed: { icon: X, colour: "text-attention", words: "failed" },
  skipped: { icon: CircleDashed, colour: "text-ink-3", words: "not reached" },
};

interface TestDialogProps {
  integration: Integration;
  onClose: () => void;
}

/** Tests the connection as soon as it opens, and shows each check with its verdict. */
export function TestDialog({ integration, onClose }: TestDialogProps) {
  const test = useTestConnection();
  const { mutate } = test;
  useEffect(() => mutate(integration.id), [mutate, integration.id]);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Test the connection of “${integration.name}”`}
      footer={
        <>
          <Button busy={test.isPending} onClick={() => mutate(integration.id)}>
            Test again
          </Button>
          <Button kind="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <div aria-live="polite">
        {test.isError ? (
          <Failure error={test.error} />
        ) : test.data ? (
          <Report report={test.data} />
        ) : (
          <p className="flex items-center gap-2.5 py-2 text-ink-2">
            <LoaderCircle className="size-4 animate-spin text-working" aria-hidden />
            Testing: engine, connector, settings, sign-in, reading
          </p>
        )}
      </div>
    </Dialog>
  );
}

function Failure({ error }: { error: unknown }) {
  const { message, hint } = toApiError(error);
  return (
    <div role="alert" className="py-2">
      <p className="font-medium">The test could not be done.</p>
      <p className="text-ink-2">
        {message} {hint}
      </p>
    </div>
  );
}

function Report({ report }: { report: TestReport }) {
  return (
    <>
      <p className="mb-2 font-medium">
        {report.ok ? "Everything works." : "Something needs your attention."}
      </p>
      <ul aria-label="Checks" className="mb-1 divide-y divide-line">
        {report.checks.map((check) => {
          const { icon: Icon, colour, words } = verdicts[check.status];
          return (
            <li key={check.name} className="flex gap-2.5 py-2">
              <Icon className={`mt-0.5 size-4 shrink-0 ${colour}`} strokeWidth={2.25} aria-hidden />
              <div className="min-w-0">
                <p className="font-medium">
                  {checkNames[check.name] ?? check.name}
                  <span className="sr-only">: {words}</span>
                </p>
                <p className="text-small wrap-anywhere text-ink-2">{check.message}</p>
              </div>
            </li>
          );
        })}
      </ul>
      {report.problem && <ProblemCard problem={report.problem} />}
    </>
  );
}
