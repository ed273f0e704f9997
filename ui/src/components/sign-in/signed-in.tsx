import { UserRoundCheck, UserRoundX } from "lucide-react";
import { useState } from "react";
import { RelativeTime } from "@/components/relative-time";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Progress } from "@/components/ui/progress";
import type { ApiQuota } from "@/ipc/generated/ApiQuota";
import type { SignInStatus } from "@/ipc/generated/SignInStatus";
import { formatNumber } from "@/lib/format";
import { formatMoment } from "@/lib/time";

interface SignedInProps {
  status: SignInStatus;
  /** Salesforce no longer accepts it. */
  lapsed: boolean;
  busy: boolean;
  onSignOut: () => void;
}

/** Who is signed in, what Salesforce still allows today, and signing out. */
export function SignedIn({ status, lapsed, busy, onSignOut }: SignedInProps) {
  const { identity, quota, shared_with, held } = status;
  const [asking, setAsking] = useState(false);
  const words = lapsed ? "Was signed in" : "Signed in";
  return (
    <div className="space-y-3">
      <div className="flex items-start gap-3">
        {lapsed ? (
          <UserRoundX className="mt-0.5 size-4.5 shrink-0 text-attention" aria-hidden />
        ) : (
          <UserRoundCheck className="mt-0.5 size-4.5 shrink-0 text-ok" aria-hidden />
        )}
        <div className="min-w-0 flex-1 text-small">
          <p className="font-medium wrap-anywhere">
            {identity === null ? words : `${words} as ${identity.display_name}`}
          </p>
          {identity === null ? (
            <p className="text-ink-2">As whom is found out by the next test or sync.</p>
          ) : (
            <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-ink-2">
              <Fact name="User">{identity.username}</Fact>
              <Fact name="Org">
                {[
                  identity.org_name,
                  identity.org_type,
                  identity.sandbox === true ? "sandbox" : null,
                ]
                  .filter((part) => part !== null)
                  .join(", ") || identity.org_id}
              </Fact>
              <Fact name="Address">{identity.instance_url}</Fact>
            </dl>
          )}
          {held && (
            <p className="mt-1 font-medium text-late">
              A renewed sign-in waits for your keychain to be unlocked. Keep Tributary open.
            </p>
          )}
          {shared_with.length > 0 && (
            <p className="mt-1 text-ink-2">Also used by {shared_with.join(", ")}.</p>
          )}
          {status.idle_until !== null && !lapsed && (
            <p className="mt-1 text-ink-3">
              Unused it would expire {formatMoment(status.idle_until)}; Tributary uses it before
              that.
            </p>
          )}
        </div>
        <Button size="small" kind="quiet" busy={busy} onClick={() => setAsking(true)}>
          Sign out
        </Button>
      </div>
      {quota !== null && !lapsed && <Quota quota={quota} share={status.share} />}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Sign out?"
        action="Sign out"
        onConfirm={() => {
          setAsking(false);
          onSignOut();
        }}
      >
        The sign-in is taken back at Salesforce and removed from your keychain.
        {shared_with.length > 0 && ` ${shared_with.join(", ")} can no longer sync either.`} What was
        brought in stays.
      </Confirm>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="selectable wrap-anywhere">{children}</dd>
    </>
  );
}

function Quota({ quota, share }: { quota: ApiQuota; share: number }) {
  const used = quota.max - quota.remaining;
  return (
    <div className="text-small">
      <p className="mb-1 text-ink-2 tabular-nums">
        {formatNumber(quota.remaining)} of {formatNumber(quota.max)} API calls left today
        <span className="text-ink-3">
          {" "}
          (<RelativeTime time={quota.at} />)
        </span>
      </p>
      <Progress label="API calls used" share={quota.max === 0 ? null : used / quota.max} />
      <p className="mt-1 text-ink-3">
        A sync begins while less than {share} % is used; then it waits.
      </p>
    </div>
  );
}
