import { LoaderCircle } from "lucide-react";
import { CopyButton } from "@/components/copy-button";
import { Button } from "@/components/ui/button";
import type { SignInProgress } from "@/ipc/generated/SignInProgress";

interface UnderWayProps {
  progress: SignInProgress;
  /** The address that was opened, where it was opened from here. */
  address: string | null;
  cancelling: boolean;
  onCancel: () => void;
}

const words = {
  browser: "Waiting for you in the browser",
  exchanging: "Asking Salesforce for access",
  identifying: "Looking up who signed in",
  confirming: "Waiting for your decision",
  done: "Signed in",
  failed: "It did not work",
  cancelled: "Stopped",
};

/** A sign-in that is under way, and the way to stop it. */
export function UnderWay({ progress, address, cancelling, onCancel }: UnderWayProps) {
  return (
    <div className="flex items-start gap-3">
      <LoaderCircle className="mt-0.5 size-4.5 shrink-0 animate-spin text-working" aria-hidden />
      <div className="min-w-0 flex-1 text-small">
        <p className="font-medium">
          {progress.held ? "Unlock your keychain" : words[progress.stage]}
        </p>
        <p className="text-ink-2">
          {progress.held
            ? "You are signed in, and the keychain is locked. The sign-in is saved as soon as you unlock it; keep Tributary open until then."
            : "Tributary comes to the front when Salesforce has answered. After five minutes it stops waiting."}
        </p>
        {progress.stage === "browser" && address !== null && (
          <p className="mt-1 flex items-center gap-1 text-ink-2">
            No browser opened? Copy the address and open it yourself.
            <CopyButton label="Copy the address" text={() => address} />
            <span data-address={address} hidden />
          </p>
        )}
      </div>
      <Button busy={cancelling} onClick={onCancel}>
        Cancel
      </Button>
    </div>
  );
}
