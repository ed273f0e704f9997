import { ProblemCard } from "@/components/problem-card";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useTest } from "@/features/setup/api/use-test";
import { toApiError } from "@/ipc/errors";
import type { Destination } from "@/ipc/generated/Destination";
import { Checks, testWords } from "./checks";

interface DestinationTestProps {
  destination: Destination;
  onClose: () => void;
}

/** Tests a saved destination. Closing it cancels what is still being tested. */
export function DestinationTest({ destination, onClose }: DestinationTestProps) {
  const test = useTest({ subject: "destination", id: destination.id }, () => undefined);
  const working = test.state === "testing" || test.state === "stopping";
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Test “${destination.name}”`}
      footer={
        <>
          {working ? (
            <Button busy={test.state === "stopping"} onClick={test.cancel}>
              Cancel
            </Button>
          ) : (
            <Button onClick={test.start}>Test again</Button>
          )}
          <Button kind="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <p role="status" className="mb-3 font-medium">
        {testWords(test)}
      </p>
      <Checks kind="loader" test={test} />
      {test.report?.problem && (
        <div className="mt-3">
          <ProblemCard problem={test.report.problem} />
        </div>
      )}
      {test.state === "failed" && (
        <p role="alert" className="mt-3 selectable wrap-anywhere text-attention">
          {toApiError(test.error).message} {toApiError(test.error).hint}
        </p>
      )}
    </Dialog>
  );
}
