import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { toast } from "sonner";
import { Confirm } from "@/components/ui/confirm";
import type { DraftKeeper } from "@/features/setup/api/draft-keeper";
import type { FormKeeper } from "@/features/setup/api/form-keeper";
import { useTransport } from "@/ipc/context";
import type { Draft } from "@/ipc/generated/Draft";

/**
 * Leaves the wizard. Everything is kept as a draft, so nothing is asked, only said; a draft in which nothing was ever
 * entered is not worth keeping. Only what could not be saved would be lost: then it asks.
 */
export function useCloseWizard(
  keeper: DraftKeeper,
  formKeeper: FormKeeper,
  opened: Draft,
  leave: () => void,
): { close: () => Promise<void>; dialog: ReactNode } {
  const transport = useTransport();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const close = async () => {
    await formKeeper.keepTyped();
    const fresh = opened.created_at === opened.updated_at && !keeper.touched;
    if (fresh) {
      await keeper.flush();
      // If it cannot be removed it is merely offered again.
      await transport.invoke("delete_draft", { id: opened.id }).catch(() => undefined);
    } else if (await keeper.flush()) {
      toast(`${keeper.snapshot().draft.name || "Your set-up"} is kept`, {
        description: "Go on with it from the list whenever you like.",
      });
    } else {
      setAsking(true);
      return;
    }
    void client.invalidateQueries({ queryKey: ["drafts"] });
    leave();
  };
  const dialog = (
    <Confirm
      open={asking}
      onOpenChange={setAsking}
      title="Close without the last changes?"
      action="Close"
      onConfirm={leave}
    >
      What you entered last could not be saved and will be lost. Everything before is kept.
    </Confirm>
  );
  return { close, dialog };
}
