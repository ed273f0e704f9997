import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";
import { CopyButton } from "@/components/copy-button";
import { RelativeTime } from "@/components/relative-time";
import { SignInCard } from "@/components/sign-in/sign-in-card";
import { Button } from "@/components/ui/button";
import { useTransport } from "@/ipc/context";
import type { Integration } from "@/ipc/generated/Integration";
import type { Problem } from "@/ipc/generated/Problem";
import type { Subject } from "@/ipc/generated/Subject";
import { useBeginDraft } from "@/ipc/mutations";
import { appInfoQuery } from "@/ipc/queries";
import { formatExact, useNow } from "@/lib/time";
import { AskMessage } from "./ask-message";
import { DestinationRemedy } from "./destination-remedy";
import { FaultForm } from "./fault-form";
import { RepairButton } from "./repair-button";

export interface RemedyProps {
  integration: Integration;
  problem: Problem;
  /** Streams that are gone or not allowed, by the newest run. */
  missing: readonly string[];
  /** To be called when it is done: it is tested then, and synced. */
  onDone: () => void;
  /** The same without a test before. */
  onSync: () => void;
}

/** The one thing to do, done in place. */
export function Remedy(props: RemedyProps) {
  const { integration, problem, missing, onDone, onSync } = props;
  const tryAgain = <TryButton onClick={onDone}>I did that: test and sync again</TryButton>;
  if (
    problem.fix.action === "sign_in" &&
    integration.type === "salesforce" &&
    !integration.sample
  ) {
    return <SalesforceSignIn {...props} />;
  }
  switch (problem.fix.action) {
    case "sign_in":
    case "correct_setting":
      return (
        <>
          <FaultForm
            integration={integration}
            fix={problem.fix}
            onSaved={onDone}
            otherwise={<EditButton integration={integration} step="setup" primary />}
          />
          <p className="flex items-center gap-1 text-small text-ink-3">
            Is it something else? <EditButton integration={integration} step="setup" />
          </p>
        </>
      );
    case "ask_administrator":
      return (
        <>
          <AskMessage integration={integration} problem={problem} />
          {tryAgain}
        </>
      );
    case "review_streams":
      return (
        <>
          {missing.length > 0 && <Missing streams={missing} />}
          <div className="flex flex-wrap gap-2">
            <EditButton integration={integration} step="data" primary>
              Look over the data
            </EditButton>
            <TryButton quiet onClick={onDone}>
              Test and sync again
            </TryButton>
          </div>
        </>
      );
    case "wait":
      return <Wait until={problem.until} onSync={onSync} />;
    case "check_network":
      return (
        <>
          <ul className="list-disc space-y-1 pl-5 text-ink-2">
            <li>Does a page open in your browser? If not, the computer is offline.</li>
            <li>
              Does your company use a VPN or a proxy? Connect it, or enter the proxy in the
              settings.
            </li>
            <li>
              Is the address of the source right? It stands in the integration&rsquo;s settings.
            </li>
          </ul>
          <div className="flex flex-wrap gap-2">
            <TryButton onClick={onDone}>Test and sync again</TryButton>
            <ToSettings place="network">Network settings</ToSettings>
            <EditButton integration={integration} step="setup" />
          </div>
        </>
      );
    case "repair_connector":
    case "repair_engine":
      return <RepairButton onDone={onDone} />;
    case "check_destination":
      return <DestinationRemedy id={integration.destination} onDone={onDone} />;
    case "free_space":
      return (
        <>
          <DataFolder />
          {tryAgain}
        </>
      );
    case "unlock_keychain":
      return (
        <>
          <p className="text-ink-2">
            Your computer asks for its password in a window of its own; it may be behind this one.
            If none appears, open the program for passwords and keys of your computer and unlock it
            there.
          </p>
          <TryButton onClick={onDone}>Test and sync again</TryButton>
        </>
      );
    case "sync_again":
      return <TryButton onClick={onSync}>Sync again now</TryButton>;
  }
}

/** Signing in with the browser; replacing a value by hand stays possible. */
function SalesforceSignIn({ integration, problem, onDone }: RemedyProps) {
  const subject = useMemo<Subject>(
    () => ({ subject: "integration", id: integration.id }),
    [integration.id],
  );
  return (
    <>
      <SignInCard subject={subject} lapsed onDone={onDone} />
      <p className="text-small text-ink-3">Or replace what you entered by hand:</p>
      <FaultForm
        integration={integration}
        fix={problem.fix}
        onSaved={onDone}
        otherwise={<EditButton integration={integration} step="setup" />}
      />
      <p className="flex items-center gap-1 text-small text-ink-3">
        Is it something else? <EditButton integration={integration} step="setup" />
      </p>
    </>
  );
}

interface TryButtonProps {
  quiet?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function TryButton({ quiet = false, onClick, children }: TryButtonProps) {
  return (
    <Button kind={quiet ? "secondary" : "primary"} className="self-start" onClick={onClick}>
      {children}
    </Button>
  );
}

interface EditButtonProps {
  integration: Integration;
  step: string;
  primary?: boolean;
  children?: ReactNode;
}

/** Opens the wizard at a step. */
export function EditButton({ integration, step, primary = false, children }: EditButtonProps) {
  const begin = useBeginDraft();
  const navigate = useNavigate();
  return (
    <Button
      kind={primary ? "primary" : "quiet"}
      size={primary ? "medium" : "small"}
      busy={begin.isPending}
      onClick={() =>
        begin.mutate(
          { from: "edit", kind: "extractor", id: integration.id },
          {
            onSuccess: ({ id }) =>
              void navigate({ to: "/setup/$draft", params: { draft: id }, search: { step } }),
          },
        )
      }
    >
      {children ?? "Edit all settings"}
    </Button>
  );
}

function ToSettings({ place, children }: { place: string; children: ReactNode }) {
  const router = useRouter();
  return <Button onClick={() => router.history.push(`/settings/${place}`)}>{children}</Button>;
}

function Missing({ streams }: { streams: readonly string[] }) {
  return (
    <div className="text-ink-2">
      <p>No longer there, or not shown to this user:</p>
      <ul className="mt-1 max-h-40 selectable list-disc scroll-area pl-5 font-medium text-ink">
        {streams.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </div>
  );
}

function Wait({ until, onSync }: { until: string | null; onSync: () => void }) {
  const now = useNow();
  const over = until !== null && Date.parse(until) <= now;
  return (
    <>
      <p className="text-ink-2">
        {until === null ? (
          "It ends by itself. Nobody said when; a few hours are usual."
        ) : over ? (
          <>
            It should be over since <RelativeTime time={until} />.
          </>
        ) : (
          <>
            It ends by itself: <span className="font-medium text-ink">{formatExact(until)}</span>.
            Your schedule goes on after that; there is nothing else to do.
          </>
        )}
      </p>
      <TryButton quiet={until !== null && !over} onClick={onSync}>
        {over ? "Sync again now" : "Try it now all the same"}
      </TryButton>
    </>
  );
}

function DataFolder() {
  const { data: app } = useQuery(appInfoQuery(useTransport()));
  return (
    <div className="text-ink-2">
      <p>
        Empty the wastebasket, or remove large files that you no longer need. Tributary keeps its
        data here:
      </p>
      {app && (
        <p className="mt-1 flex items-center gap-1">
          <span className="selectable font-mono text-small wrap-anywhere text-ink">
            {app.data_folder}
          </span>
          <CopyButton label="Copy the path" text={() => app.data_folder} />
        </p>
      )}
    </div>
  );
}
