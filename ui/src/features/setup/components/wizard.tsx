import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { DraftKeeper } from "@/features/setup/api/draft-keeper";
import { FormKeeper, NAME } from "@/features/setup/api/form-keeper";
import { readStep, stepsOf, type Step } from "@/features/setup/api/steps";
import { useFinish } from "@/features/setup/api/use-finish";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { ConnectorDetail } from "@/ipc/generated/ConnectorDetail";
import type { ConnectorForm } from "@/ipc/generated/ConnectorForm";
import type { Draft } from "@/ipc/generated/Draft";
import { DataStep } from "./data-step";
import { DestinationStep } from "./destination-step";
import { ReviewStep } from "./review-step";
import { WizardScopeProvider, type WizardScope } from "./scope";
import { SetupStep, type FocusWish } from "./setup-step";
import { StepList } from "./step-list";
import { TestStep } from "./test-step";
import { WizardDialog } from "./wizard-dialog";
import { useCloseWizard } from "./use-close-wizard";

interface WizardProps {
  draft: Draft;
  form: ConnectorForm;
  connector: ConnectorDetail;
  /** The step to begin with, instead of the one it was left at. */
  step: string | null;
  /** The draft to go back to when this one, of a destination, is done or left. */
  back: string | null;
  /** A setting to look at first. */
  setting: string | null;
}

/** Sets up, or changes, an integration or destination, step by step. All of it is kept as a draft while it goes on. */
export function Wizard(props: WizardProps) {
  const { draft: opened, form, connector, back, setting } = props;
  const transport = useTransport();
  const navigate = useNavigate();
  const [keeper] = useState(() => new DraftKeeper(transport, opened));
  const [formKeeper] = useState(() => new FormKeeper(keeper, form));
  const { draft, state, error } = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  const { faults } = useSyncExternalStore(formKeeper.subscribe, formKeeper.snapshot);
  const steps = stepsOf(draft.kind);
  const [step, setStep] = useState<Step>(() =>
    setting === null ? readStep(opened.kind, props.step ?? opened.step) : "setup",
  );
  const [furthest, setFurthest] = useState<Step>(() =>
    opened.editing === null ? readStep(opened.kind, opened.step) : "review",
  );
  const [focus, setFocus] = useState<FocusWish | null>(
    setting === null ? null : { path: [setting] },
  );
  const [busy, setBusy] = useState(false);
  const [unproven, setUnproven] = useState<Step | null>(null);
  const finish = useFinish(keeper, back);
  const leave = () => {
    if (back === null)
      void navigate({ to: draft.kind === "extractor" ? "/integrations" : "/settings" });
    else void navigate({ to: "/setup/$draft", params: { draft: back } });
  };
  const closing = useCloseWizard(keeper, formKeeper, opened, leave);
  useEffect(() => () => void keeper.flush(), [keeper]);

  const show = (next: Step, wish: FocusWish | null = null) => {
    setFocus(wish);
    setStep(next);
    if (steps.indexOf(next) > steps.indexOf(furthest)) setFurthest(next);
    keeper.change({ step: next });
  };
  /** Whether the settings are right and saved; if not, the focus goes to the first that is not. */
  const settle = async (): Promise<boolean> => {
    setBusy(true);
    const { ok, path } = await formKeeper.leave();
    setBusy(false);
    if (path) show("setup", { path });
    return ok;
  };
  const go = async (next: Step) => {
    const forward = steps.indexOf(next) > steps.indexOf(step);
    if (forward && step === "setup" && !(await settle())) return;
    const tested = keeper.snapshot().draft.tested;
    if (forward && step === "test" && !tested) setUnproven(next);
    else show(next);
  };
  const save = async (sync: boolean) => {
    if (!(await settle()) || !(await keeper.flush())) return;
    finish.mutate(sync, {
      onError: (refusal) => {
        const { code, message, setting: place } = toApiError(refusal);
        const path = code === "duplicate_name" || code === "invalid_name" ? NAME : place;
        if (path === null) return;
        formKeeper.refuse(path, message);
        show("setup", { path: [path] });
      },
    });
  };
  const scope = useMemo<WizardScope>(
    () => ({
      ...{ keeper, formKeeper, form, connector },
      goTo: (next, at = null) => {
        setFocus(at === null ? null : { path: [at] });
        setStep(next);
        keeper.change({ step: next });
      },
    }),
    [keeper, formKeeper, form, connector],
  );
  const done = doneSteps(steps, furthest, draft, faults.length === 0);
  const place = steps.indexOf(step);
  const next = steps[place + 1];
  const before = steps[place - 1];
  const saving = busy || finish.isPending;
  const refusal = finish.error === null ? null : toApiError(finish.error);
  const failure = state === "failed" ? error : refusal;
  return (
    <WizardScopeProvider value={scope}>
      <WizardDialog
        title={titleOf(draft, connector)}
        type={draft.type}
        saved={state === "failed" ? "Not saved" : state === "saving" ? "Saving" : "Kept as a draft"}
        onClose={() => void closing.close()}
        side={
          <StepList
            steps={steps}
            current={step}
            furthest={furthest}
            done={done}
            onGo={(to) => void go(to)}
          />
        }
        alert={
          failure && (
            <>
              <span className="font-medium">{failure.message}</span> {failure.hint}
            </>
          )
        }
        footer={
          <>
            {before && <Button onClick={() => show(before)}>Back</Button>}
            <span className="flex-1" />
            {next === undefined ? (
              <>
                <Button
                  kind={draft.kind === "loader" || draft.editing !== null ? "primary" : "secondary"}
                  busy={saving}
                  onClick={() => void save(false)}
                >
                  Save
                </Button>
                {draft.kind === "extractor" && (
                  <Button
                    kind={draft.editing === null ? "primary" : "secondary"}
                    busy={saving}
                    onClick={() => void save(true)}
                  >
                    Save and sync now
                  </Button>
                )}
              </>
            ) : (
              <>
                {draft.editing !== null && (
                  <Button busy={saving} onClick={() => void save(false)}>
                    Save
                  </Button>
                )}
                <Button kind="primary" busy={saving} onClick={() => void go(next)}>
                  Next
                </Button>
              </>
            )}
          </>
        }
      >
        {step === "setup" && <SetupStep focus={focus} />}
        {step === "test" && <TestStep />}
        {step === "data" && <DataStep />}
        {step === "destination" && <DestinationStep />}
        {step === "review" && <ReviewStep />}
      </WizardDialog>
      <Confirm
        open={unproven !== null}
        onOpenChange={() => setUnproven(null)}
        title="Go on without a passed test?"
        action="Go on"
        onConfirm={() => {
          if (unproven) show(unproven);
          setUnproven(null);
        }}
      >
        The connection was not shown to work. Syncs may fail until it does; you can test it again at
        any time.
      </Confirm>
      {closing.dialog}
    </WizardScopeProvider>
  );
}

function titleOf(draft: Draft, connector: ConnectorDetail): string {
  const { label } = connector.card;
  if (draft.editing !== null) return `Edit ${draft.name === "" ? label : draft.name}`;
  return draft.kind === "extractor" ? `Connect ${label}` : `Add ${label} as a destination`;
}

/** Steps that need nothing more. */
function doneSteps(
  steps: readonly Step[],
  furthest: Step,
  draft: Draft,
  valid: boolean,
): ReadonlySet<Step> {
  const reached = steps.slice(0, steps.indexOf(furthest));
  const isDone: Record<Step, boolean> = {
    setup: valid,
    test: draft.tested,
    data: true,
    destination: true,
    review: false,
  };
  return new Set(reached.filter((step) => isDone[step]));
}
