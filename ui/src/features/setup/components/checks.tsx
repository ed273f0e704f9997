import { Check, CircleDashed, LoaderCircle, X } from "lucide-react";
import type { RunningTest } from "@/features/setup/api/use-test";
import type { Check as Verdict } from "@/ipc/generated/Check";
import type { ConnectorKind } from "@/ipc/generated/ConnectorKind";
import type { TestReport } from "@/ipc/generated/TestReport";

/** What people call the checks. */
const checkNames: Record<string, string> = {
  engine: "Engine is ready",
  connector: "Connector is installed",
  settings: "Settings are valid",
  sign_in: "Signed in",
  read: "Can read",
  connect: "Can connect",
  write: "Can write",
};

/** The checks that are made, in order: shown before their verdicts come. */
const expected: Record<ConnectorKind, readonly string[]> = {
  extractor: ["engine", "connector", "settings", "sign_in", "read"],
  loader: ["engine", "connector", "settings", "connect", "write"],
};

/** How a test is doing, in words. */
export function testWords({ state, report }: RunningTest): string {
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

/** The checks of a test: those with their verdict, then those to come. */
export function Checks({ kind, test }: { kind: ConnectorKind; test: RunningTest }) {
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
        <CheckRow key={check.name} name={check.name} check={inShort(check, report)} />
      ))}
      {coming.map((name, index) => (
        <CheckRow key={name} name={name} waiting={working && index === 0} />
      ))}
    </ul>
  );
}

/** The check that failed says the least here: its problem stands below, at length. */
function inShort(check: Verdict, report: TestReport | null): Verdict {
  const problem = report?.problem;
  return problem && check.status === "failed" ? { ...check, message: `${problem.title}.` } : check;
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
