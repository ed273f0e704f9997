import { useNavigate } from "@tanstack/react-router";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import { useBeginDraft } from "@/ipc/mutations";

/** Opens the wizard for an integration that is there, at a step. */
export function useEdit(id: IntegrationId) {
  const begin = useBeginDraft();
  const navigate = useNavigate();
  const open = (from: "edit" | "duplicate", step: string) =>
    begin.mutate(
      { from, kind: "extractor", id },
      {
        onSuccess: ({ id: draft }) =>
          void navigate({ to: "/setup/$draft", params: { draft }, search: { step } }),
      },
    );
  return {
    isPending: begin.isPending,
    edit: (step: string) => open("edit", step),
    duplicate: () => open("duplicate", "setup"),
  };
}
