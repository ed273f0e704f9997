import { Check, CircleDashed, LoaderCircle, RotateCw, X } from "lucide-react";
import { ProblemCard } from "@/components/problem-card";
import { Button } from "@/components/ui/button";
import { settingLabel, settingSchema } from "@/features/setup/api/schema";
import { useTest, type RunningTest } from "@/features/setup/api/use-test";
import { toApiError } from "@/ipc/errors";
import type { Check as Verdict } from "@/ipc/generated/Check";
import type { ConnectorKind } from "@/ipc/generated/ConnectorKind";
import type { Problem } from "@/ipc/generated/Problem";
import { useWizard, useWizardDraft } from "./scope";
import { StepFrame } from "./step-frame";

/** What people call the checks. */
const checkNames: Record<string, string> = {
  engine: "Engine is ready",
  connector: "Connector is installed",
  settings: "Settings are valid",
  sign_in: "Signed in",
  read: "Can read",
  connect: "Can connect",
  write: "Can write",
  clean_up: "Cleans up after itself",
};

/** The checks that are made, in order: shown before their verdicts come. */
const expected: Record<ConnectorKind, readonly string[]> = {
  extractor: ["engine", "connector", "settings", "sign_in", "read"],
  loader: ["engine", "connector", "settings", "connect", "write", "clean_up"],
};

/** Tests the connection as soon as one comes here; each check ticks off when its verdict is in. */
export function TestStep() {
  const { keeper, goTo } = useWizard();
  const draft = useWizardDraft();
  const test = useTest({ subject: "draft", id: draft.id }, () => void keeper.refresh());
  const working = test.state === "testing" || test.state === "stopping";
  return (
    <StepFrame
      title="Test the connection"
      lead="Nothing is brought in yet: this only looks whether everything works."
      actions={
        working ? (
          <Button busy={test.state === "stopping"} onClick={test.cancel}>
            Cancel
          </Button>
        ) : (
          <Button icon={<RotateCw className="size-4" aria-hidden />} onClick={test.start}>
            Test again
          </Button>
        )
      }
    >
      <div className="max-w-xl space-y-4">
        <p role="status" className="font-medium">
          {wordsOf(test)}
        </p>
        <Checks kind={draft.kind} test={test} />
        {test.report?.problem && <Mend problem={test.report.problem} />}
        {test.state === "failed" && (
          <Failure error={test.error} onMend={(setting) => goTo("setup", setting)} />
        )}
      </div>
    </StepFrame>
  );
}

function wordsOf({ state, report }: RunningTest): string {
  switch (state) {
    case "testing":
      return "Testing";
    case "stopping":
      return "Cancelling";
    case "cancelled":
      return "The test was cancelled.";
    case "failed":
      return "The test could not be done.";
    case "done":
      return report?.ok ? "Everything works." : "Something needs your attention.";
  }
}

function Checks({ kind, test }: { kind: ConnectorKind; test: RunningTest }) {
  const { checks, report, state } = test;
  const working = state === "testing" || state === "stopping";
  const coming = report
    ? []
    : expected[kind].filter((name) => !checks.some((one) => one.name === name));
  return (
    <ul
      aria-label="Checks"
      className="divide-y divide-line rounded-card border border-line bg-surface px-4"
    >
      {checks.map((check) => (
        <CheckRow key={check.name} name={check.name} check={check} />
      ))}
      {coming.map((name, index) => (
        <CheckRow key={name} name={name} waiting={working && index === 0} />
      ))}
    </ul>
  );
}

interface CheckRowProps {
  name: string;
  check?: Verdict;
  /** It is this one's turn. */
  waiting?: boolean;
}

function CheckRow({ name, check, waiting = false }: CheckRowProps) {
  const { icon: Icon, colour, words } = lookOf(check, waiting);
  return (
    <li className="flex gap-3 py-2.5">
      <Icon className={`mt-0.5 size-4.5 shrink-0 ${colour}`} strokeWidth={2.25} aria-hidden />
      <div className="min-w-0">
        <p className={check || waiting ? "font-medium" : "text-ink-3"}>
          {checkNames[name] ?? name.replaceAll("_", " ")}
          <span className="sr-only">: {words}</span>
        </p>
        {check && check.message !== "" && (
          <p className="selectable text-small wrap-anywhere text-ink-2">{check.message}</p>
        )}
      </div>
    </li>
  );
}

function lookOf(check: Verdict | undefined, waiting: boolean) {
  switch (check?.status) {
    case "passed":
      return { icon: Check, colour: "text-ok", words: "passed" };
    case "failed":
      return { icon: X, colour: "text-attention", words: "failed" };
    case "skipped":
      return { icon: CircleDashed, colour: "text-ink-3", words: "not reached" };
    case undefined:
      return waiting
        ? { icon: LoaderCircle, colour: "animate-spin text-working", words: "being checked" }
        : { icon: CircleDashed, colour: "text-ink-3", words: "not checked yet" };
  }
}

/** What failed, with the way to the field that mends it. */
function Mend({ problem }: { problem: Problem }) {
  const { form, goTo } = useWizard();
  const { setting } = problem.fix;
  const known = setting !== null && settingSchema(form, setting) !== undefined;
  return (
    <ProblemCard
      problem={problem}
      actions={
        <Button kind="primary" onClick={() => goTo("setup", known ? setting : null)}>
          {known ? `Go to ${settingLabel(form, setting)}` : "Go to the settings"}
        </Button>
      }
    />
  );
}

function Failure({ error, onMend }: { error: unknown; onMend: (setting: string | null) => void }) {
  const { form } = useWizard();
  const { message, hint, setting } = toApiError(error);
  return (
    <div role="alert" className="rounded-card border border-attention-line bg-attention-soft p-4">
      <p className="selectable font-medium wrap-anywhere">{message}</p>
      {hint !== "" && <p className="mt-1 selectable wrap-anywhere text-ink-2">{hint}</p>}
      {setting !== null && (
        <Button className="mt-3" size="small" onClick={() => onMend(setting)}>
          Go to {settingLabel(form, setting)}
        </Button>
      )}
    </div>
  );
}
