import { LogIn } from "lucide-react";
import { ErrorState } from "@/components/states";
import { ProblemCard } from "@/components/problem-card";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Skeleton } from "@/components/ui/skeleton";
import { toApiError } from "@/ipc/errors";
import type { Subject } from "@/ipc/generated/Subject";
import { SignedIn } from "./signed-in";
import { UnderWay } from "./under-way";
import { isUnderWay, useSignIn } from "./use-sign-in";

interface SignInCardProps {
  subject: Subject;
  /** What is missing before one can sign in, as people call it. */
  missing?: readonly string[];
  /** Salesforce no longer accepts who is signed in. */
  lapsed?: boolean;
  /** Done before a sign-in begins, for instance keeping what was just typed. */
  before?: () => Promise<void>;
  /** A sign-in that was begun here has worked. */
  onDone?: () => void;
}

/** Signing in with the browser: the button, how far it is, who is signed in, and the way out. */
export function SignInCard({
  subject,
  missing = [],
  lapsed = false,
  before,
  onDone,
}: SignInCardProps) {
  const sign = useSignIn(subject, before, onDone);
  const { status, progress, started, begin, cancel, confirm } = sign;
  if (status.isPending) return <Skeleton className="h-24 w-full rounded-card" />;
  if (!status.data) {
    return (
      <ErrorState
        title="Who is signed in could not be shown"
        error={status.error}
        busy={status.isFetching}
        onRetry={() => void status.refetch()}
      />
    );
  }
  const underWay = isUnderWay(progress);
  const signedIn = status.data.state === "signed_in";
  const refused = begin.error === null ? null : toApiError(begin.error);
  return (
    <section
      aria-label="Sign-in"
      className="space-y-3 rounded-card border border-line bg-surface p-4"
    >
      {signedIn && !underWay && (
        <SignedIn
          status={status.data}
          lapsed={lapsed}
          busy={sign.signOut.isPending}
          onSignOut={sign.signOut.mutate}
        />
      )}
      {!signedIn && !underWay && <Intro state={status.data.state} missing={missing} />}
      {underWay ? (
        <UnderWay
          progress={progress}
          address={started?.address ?? null}
          cancelling={cancel.isPending}
          onCancel={() => cancel.mutate(progress.id)}
        />
      ) : (
        <Button
          kind={signedIn && !lapsed ? "secondary" : "primary"}
          busy={begin.isPending}
          disabled={missing.length > 0}
          icon={<LogIn className="size-4" aria-hidden />}
          onClick={() => begin.mutate()}
        >
          {signedIn ? "Sign in again" : "Sign in with Salesforce"}
        </Button>
      )}
      {progress?.stage === "failed" && progress.problem !== null && (
        <div role="alert">
          <ProblemCard problem={progress.problem} />
        </div>
      )}
      {refused !== null && (
        <p role="alert" className="selectable text-small text-attention">
          {refused.message}. {refused.hint}
        </p>
      )}
      <Confirm
        open={progress?.stage === "confirming"}
        onOpenChange={(open) => {
          if (!open && progress && !confirm.isPending) cancel.mutate(progress.id);
        }}
        title={progress?.change?.other_org ? "Another Salesforce org" : "Another user"}
        action="Keep this sign-in"
        busy={confirm.isPending}
        onConfirm={() => progress && confirm.mutate(progress.id)}
      >
        {progress?.change?.meaning}
      </Confirm>
      {/* What happens is said to those who do not see it. */}
      <p role="status" className="sr-only">
        {progress === null ? "" : spoken[progress.stage]}
      </p>
    </section>
  );
}

const spoken = {
  browser: "Waiting for you to sign in in the browser.",
  exchanging: "The browser is back. Salesforce is asked for access.",
  identifying: "Looking up who signed in.",
  confirming: "This sign-in leads elsewhere. It is kept only when you agree.",
  done: "You are signed in.",
  failed: "Signing in did not work.",
  cancelled: "Signing in was stopped.",
};

interface IntroProps {
  state: "none" | "signed_in" | "signed_out" | "unsure";
  missing: readonly string[];
}

function Intro({ state, missing }: IntroProps) {
  const words = {
    none: "Your browser opens Salesforce, and you allow Tributary to read. Your password stays there.",
    signed_in: "",
    signed_out: "You signed out. Sign in again to go on where the last sync ended.",
    unsure:
      "Salesforce renewed the sign-in in the moment Tributary ended, so it has to be renewed by you.",
  };
  return (
    <div className="text-small text-ink-2">
      <p>{words[state]}</p>
      {missing.length > 0 && (
        <p className="mt-1 font-medium text-ink">First enter: {missing.join(", ")}.</p>
      )}
    </div>
  );
}
