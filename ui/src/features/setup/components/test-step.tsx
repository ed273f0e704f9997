import { RotateCw } from "lucide-react";
import { ProblemCard } from "@/components/problem-card";
import { Button } from "@/components/ui/button";
import { settingLabel, settingSchema } from "@/features/setup/api/schema";
import { useTest } from "@/features/setup/api/use-test";
import { toApiError } from "@/ipc/errors";
import type { Problem } from "@/ipc/generated/Problem";
import { Checks, testWords } from "./checks";
import { useWizard, useWizardDraft } from "./scope";
import { StepFrame } from "./step-frame";

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
          {testWords(test)}
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
