import { Select } from "@/components/ui/input";
import type { NewDataPolicy } from "@/ipc/generated/NewDataPolicy";
import { useWizard, useWizardDraft } from "./scope";

/** What is done with what appears later, in words. */
export const policyWords: Record<NewDataPolicy, string> = {
  ask: "Show it, and let me decide",
  add: "Bring it in by itself",
  ignore: "Leave it out",
};

const policies = ["ask", "add", "ignore"] as const;

/** What to do with streams and fields that appear at the source later. */
export function PolicyChoice() {
  const { keeper } = useWizard();
  const draft = useWizardDraft();
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <label htmlFor="new-data" className="text-small text-ink-2">
        When new streams or fields appear at the source
      </label>
      <Select
        id="new-data"
        className="w-60"
        value={draft.new_data}
        onChange={({ target }) => {
          const policy = policies.find((one) => one === target.value);
          if (policy) keeper.change({ new_data: policy });
        }}
      >
        {policies.map((policy) => (
          <option key={policy} value={policy}>
            {policyWords[policy]}
          </option>
        ))}
      </Select>
    </div>
  );
}
